"""What is signed: an act in words, how far it is, and getting it signed.

reader    what the words are made with: names, amounts and moments in the reader's language
partners  the words of partners' acts          officers  the words of officers' acts
kinds     every kind of act: who may sign it, its words, where its signature goes, the way back
pages     `/acts/{id}`

A desk prepares an act and leads here:

    desk.submit(form, lambda c, _: service.prepare_x(...).id, "/acts/{}")
"""

from .pages import router as router
