//! What becomes of an event between inbox and handler: order, attempts, leases, panics, stops (P4, P5, P6, P9, P10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attempts;
mod context;
mod lanes;
mod leases;
mod stop;
pub(crate) mod support;
mod trouble;

use support::on_every_inbox;

on_every_inbox! {
    attempts:
        a_failed_attempt_is_retried_and_the_attempt_is_counted,
        the_pause_doubles_up_to_30_s_give_or_take_a_fifth,
        after_the_last_attempt_it_is_parked_with_its_payload_and_its_error,
        a_permanent_error_parks_without_more_attempts,
        lines_refusal_and_an_exhausted_quota_park_without_more_attempts,
        a_refusal_inside_the_authors_own_error_is_found,
        a_refusal_is_found_in_whatever_hides_the_error_itself,
        the_rate_limit_and_a_missing_connection_are_retried,
        a_panic_hurts_its_own_event_alone_and_is_retried,
        a_panic_before_the_first_await_is_caught_too,
        a_handler_that_does_not_end_in_time_has_failed,
        an_event_in_hand_at_too_many_crashes_is_parked_without_being_handled_again,
        failures_and_crashes_are_told_apart,
        a_known_type_of_unreadable_shape_is_parked_and_its_neighbours_never_notice,
        an_unknown_type_reaches_the_handler_with_its_json,
        a_message_that_was_unsent_while_it_waited_is_never_handled_and_the_unsend_is,
        a_message_that_was_unsent_while_it_was_in_hand_is_neither_interrupted_nor_retried,
        an_event_of_a_channel_that_is_gone_is_parked_and_says_what_to_do;
    context:
        the_context_knows_the_event,
        standby_refuses_every_call_that_the_user_would_notice_and_reading_works,
        an_unknown_mode_is_treated_as_active,
        the_profile_is_that_of_the_chats_member,
        the_loading_indicator_is_for_chats_with_one_user,
        many_forms_of_messages_can_be_sent;
    lanes:
        a_chat_is_handled_in_order_and_waits_for_an_event_that_is_retried,
        a_parked_event_does_not_hold_up_its_chat,
        chats_run_in_parallel_up_to_the_limit_and_not_beyond,
        with_many_free_slots_twice_as_many_are_claimed_and_no_more_run_at_once,
        an_event_that_waits_for_a_slot_is_given_back_by_a_stop_and_was_not_run,
        one_busy_chat_takes_one_slot,
        a_chat_is_in_one_hand_at_a_time_also_with_two_servers,
        an_idle_step_says_when_the_next_event_falls_due;
    leases:
        a_crash_hands_the_event_to_the_next_claimer_when_the_lease_ends,
        renewals_keep_the_lease_for_as_long_as_the_handler_runs,
        no_send_begins_after_the_lease_has_ended,
        a_lost_lease_cuts_the_handler,
        a_lease_that_the_inbox_says_is_lost_cuts_the_handler,
        a_journal_that_refuses_the_lease_ends_the_attempt,
        a_context_is_void_once_its_attempt_has_ended;
    stop:
        run_handles_what_waits_and_what_comes_and_ends_when_it_is_told_to,
        a_stop_waits_for_what_is_in_hand_and_claims_nothing_more,
        what_is_left_after_the_grace_is_cut_and_its_attempt_given_back,
        run_renews_leases_by_itself;
    trouble:
        a_step_outlives_an_inbox_that_fails,
        a_send_waits_until_it_can_be_noted,
        what_cannot_be_noted_before_the_lease_ends_is_not_sent_and_the_event_is_handled_again,
        a_result_that_cannot_be_written_does_not_undo_the_send,
        a_refusal_that_cannot_be_written_is_not_followed_by_a_push,
        what_was_handled_is_settled_once_the_inbox_works_again;
}
