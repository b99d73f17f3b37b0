//! The inbox: one contract that every backend keeps, and what only the file has to keep.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agree;
mod careless;
mod contract;
mod file;
mod migrate;
mod plans;
pub(crate) mod rig;

/// Runs every rule of the contract on every backend.
macro_rules! contract {
    ($($rule:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $rule() {
                super::contract::$rule(super::rig::Rig::memory().await).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $rule() {
                super::contract::$rule(super::rig::Rig::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $rule() {
                if let Some(rig) = super::rig::Rig::postgres().await {
                    super::contract::$rule(rig).await;
                }
            })*
        }
        mod prepared {
            $(#[tokio::test]
            async fn $rule() {
                if let Some(rig) = super::rig::Rig::prepared().await {
                    super::contract::$rule(rig).await;
                }
            })*
        }
    };
}

contract! {
    an_event_is_taken_once,
    an_event_twice_in_one_body_is_taken_once,
    the_same_event_from_a_thousand_at_once_is_taken_once,
    the_same_id_on_another_channel_is_another_event,
    a_settled_event_stays_known,
    what_was_accepted_comes_back_as_it_was,
    a_character_zero_hurts_nobody,
    a_chat_is_handled_in_order_one_at_a_time,
    other_chats_go_in_parallel,
    events_without_a_chat_wait_for_nobody,
    the_longest_waiting_chat_goes_first_and_a_busy_one_goes_back_in_line,
    a_lease_that_ran_out_hands_the_chat_over_and_fences_the_old_holder,
    a_lease_that_ran_out_is_over_even_if_nobody_took_it,
    an_extended_lease_lasts,
    an_event_in_hand_twice_is_lost_to_its_first_holder_alone,
    a_note_is_for_its_own_holder_alone,
    attempts_are_counted_and_a_polite_stop_gives_them_back,
    failures_and_deaths_are_told_apart,
    a_retry_keeps_its_place_and_its_chat_waits,
    a_claim_says_when_to_come_again,
    a_claim_says_when_a_lease_ends,
    parking_frees_the_chat,
    the_journal_is_handed_to_the_next_attempt,
    the_journal_outlives_a_polite_stop,
    a_result_is_durable_before_the_next_note,
    the_first_note_of_a_send_stays,
    parking_keeps_the_journal_and_only_resend_sets_it_aside,
    an_unsend_wipes_what_waits_and_is_itself_handled,
    an_unsend_wipes_edits_too_and_nothing_else,
    an_unsend_in_hand_ends_with_its_attempt,
    an_unsend_in_hand_ends_with_its_lease,
    an_unsend_in_hand_that_was_handled_is_done,
    an_unsend_wipes_what_is_parked_and_it_is_not_retried,
    an_unsend_that_overtakes_its_message_wipes_it_at_the_door,
    an_unsend_in_the_same_body_wipes_both_ways,
    an_unsend_without_a_chat_finds_its_message,
    a_full_inbox_refuses_whole_bodies_but_knows_duplicates,
    a_redelivery_restarts_the_arrival_of_what_waits,
    an_old_event_is_not_restarted,
    list_and_show_tell_every_state,
    filters_choose,
    retry_puts_behind_what_waits,
    discard_drops_but_remembers,
    counts_count,
    sweep_forgets_ids_after_their_retention,
    sweep_keeps_what_is_still_here,
    a_late_settle_is_remembered_from_the_settle_on,
    sweep_drops_old_parked_events_and_unsends,
    close_gives_up_every_lease,
}
