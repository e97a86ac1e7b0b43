"""Mail about what became of one's work and one's money. Written in the commit in which that became final.

rules      which kinds there are, and whom each is for
words      what each mail says, in Dutch and English
service    telling once, and switching off
onchain    what follows from the chain's events     bank   from what the bank did after the burn
waiting    once a day: the work that waits for a decision
"""
