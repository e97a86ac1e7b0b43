"""Mail to people: written with the change that it tells of, sent by a thread of `heitje serve`.

service   the queue: what is to be sent, to whom, until when
postman   the thread, and SMTP
"""
