"""Kubernetes manifests: the pods that they make, and what each asks of a node.

Source: https://kubernetes.io/docs/reference/kubernetes-api/. Requests decide where a pod goes; limits do not.
"""
