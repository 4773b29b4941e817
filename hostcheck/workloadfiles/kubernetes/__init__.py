"""Kubernetes manifests: the pods that they create, and what each needs of its node.

Source: https://kubernetes.io/docs/reference/kubernetes-api/. A pod is scheduled by its requests, not by its limits.
"""
