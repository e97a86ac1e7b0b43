// SPDX-License-Identifier: EUPL-1.2
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";

import {ParticipantId} from "../types/Ids.sol";
import {IERC7943Fungible} from "./IERC7943Fungible.sol";

/// @title Heitje: the city's coin
/// @notice An ERC-20 with 2 decimals: one coin is one euro that the city owes, one unit is one cent.
///
/// What holds always:
/// - Coins come into being only by {IRewardBudget}, and only in an active resident's wallet.
/// - Coins move only as {IParticipantRegistry-kindMayPay} allows, between active participants; to and from
///   {IRedemption} only when Redemption itself moves them, so that a plain transfer to it is refused.
/// - Coins end only in Redemption, when the bank has paid.
/// - While paused nothing moves but by the enforcer ({forcedTransfer}, {recover}).
///
/// Signed payments are ERC-3009, with two deviations. A nonce is used once per *participant*, not per wallet, so that a
/// payment signed again with the wallet that replaced a lost one cannot be paid twice; a replaced wallet's key can
/// neither use nor cancel a nonce any more. And, as OpenZeppelin has it, bit 47 set in both `validAfter` and
/// `validBefore` makes them block numbers; otherwise they are seconds.
///
/// A transfer of zero cents is a transfer like any other, as ERC-20 wants, and needs nobody's consent: whoever reads
/// the events must not take it for a payment or a refund.
///
/// Trust and assumptions: the budget's and the redemption's addresses are fixed at deployment. Custodial wallets are
/// signed for by the service: their signature proves nothing against the service itself.
interface IHeitjeToken is IERC20, IERC3009, IERC3009Cancel, IERC7943Fungible {
    // ------------------------------------------------------------------ events

    /// @notice A participant has a new wallet, which got the balance and the freeze of the old one.
    event Recovered(
        ParticipantId indexed participant, address indexed oldWallet, address indexed newWallet, uint256 cents
    );

    // ------------------------------------------------------------------ errors

    /// @notice Only {IRewardBudget} mints.
    error HeitjeTokenUnauthorisedMinter(address caller);

    /// @notice Only {IRedemption} burns, and only what it holds.
    error HeitjeTokenUnauthorisedBurner(address caller);

    /// @notice The wallet was replaced; its key decides nothing any more.
    error HeitjeTokenReplacedWallet(address wallet);

    /// @notice Freezing is for wallets of participants.
    error HeitjeTokenUnknownWallet(address wallet);

    // ------------------------------------------------------------------ acts

    /// @notice Creates `cents` in the wallet that a resident has now.
    /// @return minted false, and nothing has changed, when this is no active resident
    /// @custom:access-control the reward budget
    function mint(ParticipantId resident, uint256 cents) external returns (bool minted);

    /// @notice Destroys `cents` that the redemption holds, since the bank has paid them.
    /// @custom:access-control the redemption
    function burn(uint256 cents) external;

    /// @notice Stops every movement of coins but the enforcer's.
    /// @custom:access-control ENFORCER
    function pause() external;

    /// @notice Lets coins move again. Deadlines get a grace period from now: see {pauseState}.
    /// @custom:access-control ENFORCER
    function unpause() external;

    /// @notice Replaces a lost wallet: the participant's id, the whole balance and the freeze go to `newWallet`
    /// together. Works while paused and for a blocked participant, who stays blocked.
    /// @dev WARNING: whoever holds this role can take any wallet's coins; it is delayed, and a guardian can cancel it.
    /// @custom:access-control RECOVERER: the enforcer, after a delay
    function recover(address oldWallet, address newWallet) external;

    // ------------------------------------------------------------------ views

    /// @notice Who takes part, and who may pay whom.
    function registry() external view returns (address);

    /// @notice The only minter.
    function budget() external view returns (address);

    /// @notice The only burner.
    function redemption() external view returns (address);

    /// @notice Whether coins stand still, and when they last began to move again (seconds; zero if never paused).
    function pauseState() external view returns (bool isPaused, uint48 unpausedAt);

    /// @notice All cents ever burned up to and including `timepoint` (seconds).
    function burnedUntil(uint48 timepoint) external view returns (uint256 cents);

    /// @notice All cents ever burned.
    function totalBurned() external view returns (uint256 cents);
}
