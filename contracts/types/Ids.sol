// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

/// @title The identifiers of Heitje
/// @notice Each kind of identifier is a type of its own, so that a job can never be passed where a claim is meant.
/// @dev Every identifier is known before the act that uses it is sent: an act that is sent twice finds its id taken.

/// @dev The address under which a participant was admitted: a wallet holder's first wallet, or for a partner, which
/// holds no wallet, 20 bytes chosen by the registrar. It never changes, whatever wallet the participant holds later.
type ParticipantId is bytes20;

/// @dev `keccak256(abi.encode(partner, period))`: see {budgetIdOf}.
type BudgetId is bytes32;

/// @dev `keccak256(abi.encode(partner, clientId))`: see {derive}.
type JobId is bytes32;

/// @dev `keccak256(abi.encode(resident, clientId))`: see {derive}.
type ClaimId is bytes32;

/// @dev `keccak256(abi.encode(merchant, clientId))`: see {derive}. It is also the ERC-3009 nonce of the lock.
type RedemptionId is bytes32;

/// @dev The number of a payout batch: 1, 2, 3, ... without a gap.
type BatchId is uint32;

using {sameParticipant as ==, otherParticipant as !=} for ParticipantId global;

/// @dev The participant that was admitted with `wallet` as its first wallet.
function toParticipantId(address wallet) pure returns (ParticipantId) {
    return ParticipantId.wrap(bytes20(wallet));
}

/// @dev Binds a client's 32-byte id to the participant who signs, so that nobody can take another's id first.
function derive(ParticipantId participant, bytes32 clientId) pure returns (bytes32) {
    return keccak256(abi.encode(participant, clientId));
}

/// @dev A partner has one budget per period; `period` is the municipality's own label, such as 2026.
function budgetIdOf(ParticipantId partner, uint32 period) pure returns (BudgetId) {
    return BudgetId.wrap(keccak256(abi.encode(partner, period)));
}

function sameParticipant(ParticipantId a, ParticipantId b) pure returns (bool) {
    return ParticipantId.unwrap(a) == ParticipantId.unwrap(b);
}

function otherParticipant(ParticipantId a, ParticipantId b) pure returns (bool) {
    return ParticipantId.unwrap(a) != ParticipantId.unwrap(b);
}
