//! The send journal: no message twice, whatever dies when (P7, P8).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crashes;
mod identity;
mod many;
mod multicasts;
mod parts;
mod routes;

use crate::dispatch::support::on_every_inbox;

on_every_inbox! {
    crashes:
        before_the_note_nothing_left_and_the_re_run_sends,
        before_the_note_a_re_run_may_say_something_else,
        between_note_and_call_the_re_run_sends_it_once,
        between_note_and_call_a_different_re_run_is_parked_as_diverged,
        between_call_and_answer_the_re_run_repeats_it_and_it_arrives_once,
        between_call_and_answer_a_different_re_run_is_parked_as_diverged,
        between_answer_and_result_the_re_run_repeats_it_and_it_arrives_once,
        between_answer_and_result_a_different_re_run_is_parked_as_diverged,
        between_result_and_settle_the_re_run_gets_the_result_without_calling_line,
        between_result_and_settle_a_different_re_run_is_parked_as_diverged,
        a_reply_that_may_have_arrived_is_not_repeated_once_its_token_is_stale,
        a_send_of_unknown_outcome_is_repeated_for_23_hours_and_then_refused,
        only_a_retry_with_resend_sends_an_expired_push_anew,
        a_retry_with_resend_sends_under_a_new_key_though_line_still_has_the_old_one,
        results_of_accepted_sends_outlive_the_23_hours,
        a_crash_in_the_second_of_two_sends_repeats_that_one_alone;
    identity:
        ordinals_are_taken_when_the_builder_is_made_and_not_when_it_is_awaited,
        the_authors_key_takes_the_ordinals_place_and_uses_none_up,
        one_key_is_one_send_within_an_attempt_too,
        of_two_sends_of_one_name_at_once_the_refusal_of_one_does_not_hide_the_other,
        one_key_awaited_twice_at_once_is_one_send,
        a_key_cannot_be_mistaken_for_an_ordinal,
        retry_keys_differ_by_event_and_entry_and_stay_the_same_in_a_re_run,
        a_retry_key_is_the_uuid_v5_of_channel_event_entry_and_part,
        another_route_under_the_same_ordinal_has_diverged,
        a_swallowed_divergence_parks_the_event_all_the_same,
        a_re_run_gets_the_results_of_the_first_run,
        a_push_that_line_refused_for_certain_may_be_mended,
        what_was_refused_for_certain_is_begun_anew_as_an_entry_of_its_own,
        the_journal_names_key_part_and_route;
    many:
        a_re_run_gets_the_narrowcast_of_the_first_run,
        a_narrowcast_of_unknown_outcome_is_the_one_that_was_accepted,
        a_narrowcast_to_others_has_diverged,
        another_route_under_the_same_name_has_diverged,
        a_route_that_was_refused_for_certain_may_become_another_under_another_key,
        the_authors_key_names_what_goes_to_many_too,
        the_retry_key_names_the_route,
        what_line_would_refuse_is_not_journaled,
        in_standby_the_chat_notices_nothing_of_what_goes_to_many,
        after_a_swallowed_divergence_nothing_goes_to_many,
        a_unit_is_part_of_what_is_pushed;
    multicasts:
        a_multicast_goes_out_in_parts_of_500_under_keys_of_their_own,
        a_crash_between_the_parts_of_a_multicast_doubles_none,
        a_refused_part_of_a_multicast_does_not_hide_the_others_and_the_re_run_sends_it_alone,
        an_exhausted_quota_ends_a_multicast_and_parks_the_event,
        a_re_run_tells_of_parts_that_were_accepted_behind_one_that_fails_now,
        a_multicast_to_other_users_has_diverged_before_any_of_them_gets_it,
        a_multicast_that_some_have_cannot_be_mended_for_users_would_move_between_its_parts,
        a_multicast_that_nobody_has_may_be_mended;
    parts:
        respond_replies_with_the_first_five_and_pushes_the_rest_in_order,
        push_sends_parts_under_keys_of_their_own,
        a_re_run_goes_on_with_the_part_that_is_missing,
        a_crash_between_parts_doubles_none,
        what_may_not_be_pushed_and_does_not_fit_a_reply_is_not_begun,
        nothing_to_send_is_an_error,
        parts_after_a_stale_first_are_pushed_too;
    routes:
        respond_replies_while_the_token_is_fresh_and_pushes_from_50_s_on,
        freshness_counts_from_the_arrival_and_not_from_the_timestamp,
        a_redelivery_of_a_waiting_event_makes_its_token_fresh_again,
        an_arrival_in_the_future_is_not_taken_for_fresh,
        without_a_reply_token_respond_pushes,
        without_a_token_and_a_chat_there_is_no_way_and_the_error_says_so,
        a_certainly_refused_reply_is_journaled_and_then_pushed,
        the_refusal_is_durable_before_the_push_and_the_re_run_does_not_try_the_token_again,
        a_refused_token_of_an_event_first_seen_as_a_redelivery_is_never_followed_by_a_push,
        a_redelivery_whose_token_works_is_answered_by_reply,
        a_reply_of_unknown_outcome_is_never_followed_by_a_push_and_parks_at_once,
        a_refused_token_on_the_repeat_of_an_unknown_reply_means_that_it_arrived,
        a_refusal_that_is_not_recognised_is_an_error_and_never_a_reason_to_push,
        a_reply_that_never_left_is_tried_again_by_reply_and_pushed_once_its_token_is_stale,
        a_reply_that_never_left_and_then_may_have_is_not_pushed,
        a_push_that_respond_began_is_kept_to_although_the_token_is_fresh_again,
        a_second_respond_pushes_and_a_second_reply_is_an_error,
        fallback_error_and_reply_only_forbid_the_paid_way,
        without_the_paid_way_a_refused_token_is_lines_refusal,
        a_conflict_is_success_with_the_messages_that_line_repeats,
        after_a_swallowed_unknown_reply_nothing_more_goes_out,
        a_swallowed_unknown_reply_parks_the_event_all_the_same;
}
