"""The partner's desk.

home     the budget, what is to be done, one's jobs
posting  a job from a form: looked at, kept for later, signed
weekly   the weeks of a job that comes again
jobs     one job, and closing it
inbox    work that was handed in: many found good at once
work     one piece of work, and finding it not good
results  what came of it all, by month, neighbourhood and kind
kinds    of which kinds the jobs are, and why they replace no paid work
"""

from fastapi import APIRouter

from . import home, inbox, jobs, kinds, posting, results, weekly, work

router = APIRouter(include_in_schema=False)
for _one in (home, posting, jobs, weekly, inbox, work, results, kinds):
    router.include_router(_one.router)
