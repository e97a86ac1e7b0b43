"""What the audit log's codes mean, for people. A code without words is shown as it is.

An act on the chain is named after the function that the officer called (`scripts/roles.json`); one off the
chain is what a slice hands to `audit.record_by_officer`.
"""

from __future__ import annotations

from collections.abc import Mapping

from heitje_chain.desks.texts import marked as _

SCHEDULED = ".scheduled"
"""At the end of a code: signed, and carried out only after a delay."""

ON_CHAIN: Mapping[str, str] = {
    "grant": _("Granted a budget"),
    "close_budget": _("Closed a budget"),
    "award": _("Awarded Heitjes to a resident"),
    "set_mint_limit": _("Set what a partner organisation can approve in a while"),
    "attest_reserve": _("Confirmed a bank statement"),
    "close": _("Closed a payout"),
    "settle": _("Settled a payout"),
    "admit_residents": _("Admitted residents"),
    "admit_merchants": _("Admitted shops"),
    "admit_associations": _("Admitted associations"),
    "admit_partner": _("Admitted a partner organisation"),
    "add_signer": _("Let somebody sign for a partner organisation"),
    "remove_signer": _("Let somebody sign no more for a partner organisation"),
    "allow_verifier": _("Allowed a contract that checks passkeys"),
    "disallow_verifier": _("Allowed a contract that checks passkeys no more"),
    "decide": _("Decided a dispute"),
    "pause": _("Paused the coin"),
    "unpause": _("Let the coin go on"),
    "set_frozen_tokens": _("Stopped or released somebody's Heitjes"),
    "block_participant": _("Blocked a participant"),
    "unblock_participant": _("Ended a participant's block"),
    "recover": _("Gave a participant a new wallet"),
    "forced_transfer": _("Moved Heitjes by force"),
    "cancel": _("Stopped what was scheduled"),
    "execute": _("Carried out what was scheduled"),
    "label_role": _("Named a role"),
    "grant_role": _("Gave a role"),
    "revoke_role": _("Took a role away"),
    "set_role_admin": _("Set who gives a role"),
    "set_role_guardian": _("Set who can stop a role's acts"),
    "set_grant_delay": _("Set how long giving a role takes"),
    "set_target_admin_delay": _("Set how long changing a contract's rights takes"),
    "set_target_closed": _("Closed or opened a contract"),
    "set_target_function_role": _("Set which role may call a function"),
    "update_authority": _("Gave a contract another manager of rights"),
}

OFF_CHAIN: Mapping[str, str] = {
    "add_account": _("Let somebody log in in a role"),
    "remove_role": _("Took a login's role away"),
    "create_token": _("Made an access token"),
    "revoke_token": _("Ended an access token"),
    "forget_passkeys": _("Removed all passkeys of somebody who lost them"),
    "remove_passkey": _("Removed an own passkey"),
    "record_resident": _("Recorded a resident's residence and age"),
    "merge_residents": _("Made two accounts of one resident one"),
    "change_account": _("Changed a shop's bank account"),
    "propose_allowance_limits": _("Proposed new limits of what residents may earn"),
    "confirm_allowance_limits": _("Confirmed new limits of what residents may earn"),
    "reject_allowance_limits": _("Rejected new limits of what residents may earn"),
    "withdraw_allowance_limits": _("Withdrew new limits of what residents may earn"),
    "confirm_account": _("Confirmed a shop's new bank account"),
    "enter_contract": _("Entered a shop's contract"),
    "end_contract": _("Ended a shop's contract"),
    "begin_counter": _("Began to act for somebody at the counter"),
    "end_counter": _("Ended acting for somebody at the counter"),
    "ask_recovery": _("Asked for a new wallet for somebody"),
    "issue_card": _("Made a card"),
    "print_card": _("Printed a card"),
    "block_card": _("Blocked a card"),
    "seal_bank_file": _("Made a bank file"),
    "record_outcomes": _("Noted what the bank did"),
    "record_return": _("Noted what the bank sent back"),
    "make_repayment": _("Made a bank file for what was sent back"),
    "resume_lane": _("Let sending go on"),
    "retry_intent": _("Had something tried again"),
}

WORDS: Mapping[str, str] = {**ON_CHAIN, **OFF_CHAIN}
