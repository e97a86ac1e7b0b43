// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {BatchId, ParticipantId, RedemptionId} from "../types/Ids.sol";

/// @dev Booked is never stored: it is what a batched line is once its batch is settled.
enum LineState {
    None,
    Locked,
    Batched,
    Booked,
    Rejected,
    Released
}

/// @dev One redemption of a merchant. `batch` is zero until the line is in one. One slot.
struct Line {
    ParticipantId merchant;
    uint48 cents;
    BatchId batch;
    LineState state;
}

/// @dev `cents` and `lines` count everything that was closed in; `rejectedCents` is known when settled. One slot.
struct Batch {
    uint64 cents;
    uint64 rejectedCents;
    uint32 lines;
    bool settled;
}

/// @title Redeeming: merchants' coins become euros
/// @notice A merchant locks coins here (a line). Settlement closes lines into a batch, from which, once final, the
/// bank file is made. When the bank has answered for every line, `settle` runs once: the booked lines are burned in
/// one go, and rejected ones wait until anyone `release`s them to their merchant.
///
/// ```
/// None --redeem--> Locked --close--> Batched --settle--> Booked (burned)
///                                                '-----> Rejected --release--> Released
/// ```
///
/// While a line is Locked, Batched or Rejected its coins lie here and the city still owes them; this contract's balance
/// is the sum of those lines, always. A line that the bank returns after it was burned is not undone here: the city
/// owes it outside the chain (it is payable) and nothing is minted again.
///
/// Trust and assumptions: settlement tells what the bank did. Saying "booked" of a line that was not paid burns a
/// merchant's coins unpaid; the merchant's own statement and the bank's file show it.
interface IRedemption {
    // ------------------------------------------------------------------ events

    /// @notice A merchant's coins are locked and still owed.
    event RedemptionLocked(RedemptionId indexed redemption, ParticipantId indexed merchant, uint256 cents);

    /// @notice The batch has these lines, and no other ever.
    event BatchClosed(BatchId indexed batch, uint256 cents, RedemptionId[] redemptions);

    /// @notice The bank refused this line; its coins wait for {IRedemption-release}.
    event RedemptionRejected(RedemptionId indexed redemption, BatchId indexed batch);

    /// @notice All lines have an outcome; `bookedCents` were burned.
    event BatchSettled(BatchId indexed batch, uint256 bookedCents, uint256 rejectedCents);

    /// @notice A rejected line's coins are the merchant's again, in the wallet that it has now.
    event RedemptionReleased(RedemptionId indexed redemption, ParticipantId indexed merchant, uint256 cents);

    // ------------------------------------------------------------------ errors

    error RedemptionZeroAmount();
    error RedemptionUnknownWallet(address wallet);
    error RedemptionExists(RedemptionId redemption);
    error RedemptionEmptyList();

    /// @notice A batch must be small enough that refusing all of it fits into one transaction.
    error RedemptionTooManyLines(uint256 lines, uint256 most);

    /// @notice Batches are numbered without a gap; `expected` is the next number.
    error RedemptionUnexpectedBatch(BatchId batch, BatchId expected);

    error RedemptionUnknownBatch(BatchId batch);
    error RedemptionBatchSettled(BatchId batch);

    /// @notice The line is not in the state that the act starts from.
    error RedemptionUnexpectedState(RedemptionId redemption, LineState state);

    /// @notice The line is in another batch.
    error RedemptionNotInBatch(RedemptionId redemption, BatchId batch);

    // ------------------------------------------------------------------ acts

    /// @notice Locks a merchant's coins, by the merchant's signature.
    /// @param wallet the merchant's present wallet
    /// @param validAfter with `validBefore`: between which moments (seconds) the signature is good
    /// @param clientId chosen by the caller, accepted once per merchant. The redemption's id, which is also the ERC-3009
    /// nonce to sign, is `keccak256(abi.encode(merchant, clientId))`
    /// @param v with `r` and `s`: over the token's ERC-3009 `ReceiveWithAuthorization` from `wallet` to this contract
    function redeem(
        address wallet,
        uint256 cents,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 clientId,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (RedemptionId);

    /// @notice Fixes which lines are in a batch.
    /// @param batch one more than the last batch's number, so that closing twice is refused
    /// @param redemptions locked lines, each once, at most 1,000
    /// @custom:access-control SETTLEMENT
    function close(BatchId batch, RedemptionId[] calldata redemptions) external;

    /// @notice Burns everything in a batch that the bank booked; runs once, when every line has an outcome.
    /// @param rejected the lines that the bank refused
    /// @dev Its cost does not depend on the number of booked lines.
    /// @custom:access-control SETTLEMENT
    function settle(BatchId batch, RedemptionId[] calldata rejected) external;

    /// @notice Gives a rejected line's coins back to its merchant, who must be active. Anyone may call it.
    function release(RedemptionId redemption) external;

    // ------------------------------------------------------------------ views

    function token() external view returns (address);

    function registry() external view returns (address);

    /// @notice A line; all zero when unknown.
    function lineOf(RedemptionId redemption) external view returns (Line memory);

    /// @notice A batch; all zero when unknown.
    function batchOf(BatchId batch) external view returns (Batch memory);

    /// @notice The number of the last batch; zero before the first.
    function lastBatch() external view returns (BatchId);
}
