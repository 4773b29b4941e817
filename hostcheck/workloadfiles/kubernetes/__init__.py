"""Kubernetes manifests: the pods that they make, and the needs of each on its node.

Source: https://kubernetes.io/docs/reference/kubernetes-api/. A pod is scheduled by its requests, not by its limits.
"""
