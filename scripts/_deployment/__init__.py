"""What the scripts share: the network's file, the table of roles, keys, deploying and checking."""
