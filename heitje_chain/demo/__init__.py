"""The pilot, replayed: a whole city on this machine, through the API as its clients would use it.

pilot    who took part and which jobs there were (data/)
city     the processes: devnet, API, worker; tokens and key files
people   everybody is added and admitted, budgets are granted
work     jobs are posted, claimed, done, approved; one disputed, one lapsed
spending payments, a refund, a donation, redemptions, one payout batch
report   the tables at the end
"""
