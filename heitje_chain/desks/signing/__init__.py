"""What is signed: an act in words, how far it is, and getting it signed.

reader    what the words are made with: names, amounts and moments in the reader's language
partners  the words of partners' acts          officers  the words of officers' acts
kinds     every kind of act: who may sign it, its words, where its signature goes
held      which of a person's passkeys may sign it
failures  why the contracts refused one
pages     `/acts/{id}`                          approving `approve.`, where one signs by a passkey

A desk prepares an act and leads here:

    desk.submit(form, lambda c, _: service.prepare_x(...).id, "/acts/{}")
"""

from .pages import router as router
