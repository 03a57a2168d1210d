"""The traps of the stores' formats, each with the tests that hold it: none may be renamed away or lost."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

TRAPS: dict[str, tuple[str, ...]] = {
    # Shopify's and WooCommerce's bodies
    "a million lines in one body": (
        "webhooks/test_reading.py::test_json_that_no_order_can_be_is_kept_and_answered_with_success",
        "webhooks/test_bad_inputs.py::test_a_list_ends_at_its_first_fault",
        "service/test_bad_orders.py::test_a_bad_order_has_its_answer_and_the_good_ones_beside_it_are_paid",
        "service/test_polling.py::test_a_store_that_fails_is_asked_again_later_and_loses_nothing",
        "service/test_import.py::test_others_are_answered_while_a_file_of_which_nothing_can_be_read_is_read",
    ),
    "null confirmation number, tokens and e-mail": (
        "webhooks/test_samples.py::test_the_documented_order_comes_through_with_its_nulls",
        "webhooks/test_shopify.py::test_an_order_without_a_customer_is_an_order",
    ),
    "ids of 18 digits": (
        "webhooks/test_shopify.py::test_ids_beyond_2_to_the_53_keep_their_last_digit_through_json",
        "service/test_api.py::test_ids_beyond_53_bits_are_texts",
    ),
    "current_* after a refund": (
        "webhooks/test_shopify.py::test_a_polled_zero_in_a_current_field_changes_nothing",
        "domain/test_ways.py::test_a_polled_order_whose_current_fields_are_zero_is_refunded_once",
    ),
    "amount-only refunds": (
        "webhooks/test_shopify_refunds.py::test_an_amount_only_refund_has_an_amount_with_its_tax_and_no_lines",
        "domain/test_refunds.py::test_amount_only_refunds",
    ),
    "a refund's transactions are not its worth": (
        "webhooks/test_shopify_refunds.py::test_a_refund_is_its_lines_without_tax_and_never_its_transactions",
    ),
    "two orders with one Delivery-ID": (
        "webhooks/test_woocommerce.py::test_two_orders_of_one_second_with_one_delivery_id_are_two",
    ),
    "the unsigned ping": (
        "webhooks/test_signatures.py::test_only_the_unsigned_trial_request_is_a_ping",
        "service/test_webhooks.py::test_woocommerces_ping_is_exactly_200_and_leaves_nothing",
    ),
    "clocks of whole seconds": (
        "domain/test_fold.py::test_ties_queue_a_poll",
        "service/test_poll_wishes.py::test_a_tie_is_settled_by_asking",
    ),
    "edited orders": (
        "webhooks/test_shopify_topics.py::test_an_edit_says_only_that_the_order_changed",
        "service/test_poll_wishes.py::test_an_edit_that_only_names_lines_is_asked_for_once",
    ),
    "deleted orders": (
        "webhooks/test_shopify_topics.py::test_a_deletion_is_observed",
        "service/test_webhooks.py::test_an_order_that_is_deleted_restored_and_deleted_again_is_deleted",
    ),
    "test orders": (
        "webhooks/test_shopify.py::test_a_test_order_is_marked",
        "domain/test_ways.py::test_a_test_order_never_pays_by_any_way",
    ),
    "currencies with 0 and 3 decimals": (
        "webhooks/test_shopify.py::test_currencies_without_and_with_three_decimals",
        "domain/test_commission.py::test_minor_units_are_those_of_iso_4217",
    ),
    "presentment currency": ("webhooks/test_shopify.py::test_money_is_the_shops_even_where_the_plain_field_differs",),
    "a refund deleted again": (
        "domain/test_fold_refunds.py::test_refunds_of_woocommerce",
        "domain/test_ways.py::test_a_woocommerce_refund_that_is_deleted_gives_back_what_it_took",
    ),
    "numbers that differ from ids": (
        "service/test_webhooks.py::test_a_signed_woocommerce_webhook_is_kept_and_said",
        "domain/test_ways.py::test_an_order_is_named_by_its_id_and_never_by_its_number",
    ),
    "taxes included": (
        "webhooks/test_shopify.py::test_tax_tips_and_gift_cards_are_told",
        "webhooks/test_woocommerce.py::test_a_lines_discount_is_its_subtotal_less_its_total_without_tax",
        "domain/test_commission.py::test_the_base_of_a_line",
    ),
    "gift cards and tips": (
        "webhooks/test_shopify.py::test_tax_tips_and_gift_cards_are_told",
        "domain/test_ways.py::test_gift_cards_and_tips_earn_nothing",
    ),
    "a refund on its own and inside its order": (
        "webhooks/test_shopify_refunds.py::test_a_refund_says_the_same_alone_and_inside_its_order",
    ),
    "refunds without lines": (
        "webhooks/test_woocommerce.py::test_refunds_are_amounts_without_lines_or_dates",
        "service/test_poll_wishes.py::test_a_refund_without_lines_is_asked_for_and_the_hold_ends",
    ),
    "an error in place of the order": (
        "webhooks/test_woocommerce.py::test_an_error_in_place_of_an_order_says_that_the_order_changed",
    ),
    "a secret with HTML entities": (
        "webhooks/test_signatures.py::test_woocommerce_decodes_its_secrets_entities_before_it_signs",
    ),
    "headers without X-": (
        "webhooks/test_signatures.py::test_both_spellings_of_shopifys_headers_are_read_in_any_case",
    ),
    # The list of chapter 2; those of links, redirect and clicks are held beside them
    "5: five times at once, and a poll": (
        "service/test_webhooks.py::test_five_repeats_at_once_are_kept_and_said_once",
        "service/test_polling.py::test_what_a_webhook_brought_is_not_kept_again",
    ),
    "6: the refund first": (
        "domain/test_any_order.py::test_a_refund_before_its_order",
        "service/test_orders.py::test_a_refund_before_its_order_waits_for_it",
    ),
    "9: refunded once it was payable, then the refund deleted": (
        "service/test_earnings.py::test_a_refund_after_it_was_payable_carries_over_negatively",
        "domain/test_freezing.py::test_refunds_cancellations_and_their_undoing_still_post",
        "domain/test_ways.py::test_a_woocommerce_refund_that_is_deleted_gives_back_what_it_took",
    ),
    "10: foreign, two and differently spelled codes": (
        "domain/test_contest.py::test_a_non_affiliate_code_beside_an_affiliate_code",
        "domain/test_contest.py::test_two_codes_on_one_line",
        "domain/test_touches.py::test_codes_compare_after_trim_nfkc_casefold_nfkc",
    ),
    "11: click and coupon under both settings": ("domain/test_contest.py::test_precedence",),
    "13: a late webhook": ("domain/test_touches.py::test_a_late_webhook_changes_nothing_about_the_window",),
    "14: a rate cut": ("domain/test_touches.py::test_a_rate_cut_between_click_and_order_cuts_nothing",),
    "15: a creator who is barred": ("domain/test_touches.py::test_a_fraud_ban_is_judged_at_the_order",),
    "17: cents sum": ("domain/test_commission.py::test_the_base_of_a_line",),
    "19: old secret, other topic, other shop": (
        "webhooks/test_signatures.py::test_the_secret_before_a_rotation_still_holds_and_an_older_one_does_not",
        "webhooks/test_shopify_topics.py::test_a_signed_body_under_another_topic_changes_nothing",
        "webhooks/test_signatures.py::test_a_webhook_that_names_another_shop_is_refused",
    ),
    "20: a crash between claim and commit": (
        "service/test_polling.py::test_a_worker_killed_at_any_page_is_followed_by_one_that_goes_on_there",
        "service/test_worker.py::test_a_worker_that_was_killed_amid_its_work_credits_what_the_facts_say",
    ),
    "21: HEAD and previews": (
        "redirect/test_bots.py::test_a_head_request_is_marked",
        "redirect/test_bots.py::test_people_are_not_marked",
    ),
    "22: a wallet's landing page": (
        "webhooks/test_shopify.py::test_click_ids_are_found_wherever_an_order_carries_them",
        "domain/test_ways.py::test_a_wallets_landing_page_hides_no_click",
    ),
    "24: site time and GMT": (
        "webhooks/test_woocommerce.py::test_times_are_read_from_the_gmt_fields_across_the_change_of_the_clocks",
        "files/test_files.py::test_site_times_across_the_change_to_summer_time",
    ),
    "25: two campaigns of one brand": ("domain/test_models.py::test_one_creator_in_two_campaigns_of_one_order",),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_its_tests(trap: str):
    for test in TRAPS[trap]:
        file, _, name = test.partition("::")
        tree = ast.parse((HERE / file).read_text("utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in names, f"{trap}: {test} is gone"
