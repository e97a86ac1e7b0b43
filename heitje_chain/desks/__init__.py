"""The pages: what people see and click, as HTML made by the server.

frame      what every page has: reader, language, look, what a form does once
entry      who may come to a page, and what whoever may not is told
forms      what comes back from a page: amounts and texts as people write them, sent once
fields     days and choices from lists in them
exports    tables as CSV and XLSX
assets     style sheets and scripts, our own and from npm
texts      Dutch and English, dates and amounts
login      logging in and out                   account    about oneself, with one's passkeys
asking     asking a device for a passkey        origins    the pages' address, and the one for signing
signing/   what is signed, in words, and signing it
public     the figures that everybody may see    register   why jobs replace no paid work
notices    which mails one wants
accessibility  the statement of accessibility
demo       the people of the demo, only in demo mode
resident/  jobs, claims, wallet, paying      merchant/  the till
partner/   jobs to post, work to decide      city/      what officers do

A desk shows several slices at once, so it stands above all of them: a job with what its reader may still
earn, a claim with its payment. It decides nothing: what may be done is asked of the slices.
"""
