"""The chain as the rest of the service sees it: ids, messages to sign, the deployment record."""
