<?php
/**
 * Plugin Name: Creator clicks
 * Description: Keeps the click ids of creators' links, with the visitor's consent, in the order's meta data.
 * Requires Plugins: woocommerce
 * Requires PHP: 7.4
 *
 * Put this file and creator-clicks.js into wp-content/plugins/creator-clicks/, activate the plugin, and let the consent
 * banner call creatorClicks.consent(true) or creatorClicks.consent(false) on every page.
 */

defined( 'ABSPATH' ) || exit;

const CREATOR_CLICKS_PARAMETER = 'cclid';
const CREATOR_CLICKS_KEPT      = 20;

add_action(
	'wp_enqueue_scripts',
	static function () {
		wp_enqueue_script( 'creator-clicks', plugins_url( 'creator-clicks.js', __FILE__ ), array(), '1', false );
	}
);

add_filter(
	'script_loader_tag',
	static function ( $tag, $handle ) {
		$settings = '<script defer data-cart="form" data-keep="cookie" data-parameter="' . esc_attr( CREATOR_CLICKS_PARAMETER ) . '" ';
		return 'creator-clicks' === $handle ? str_replace( '<script ', $settings, $tag ) : $tag;
	},
	10,
	2
);

/** The ids that came with this checkout: the form's hidden field, else the first-party cookie; the oldest first. */
function creator_clicks_ids() {
	$posted = $_POST[ CREATOR_CLICKS_PARAMETER ] ?? null; // phpcs:ignore WordPress.Security.NonceVerification.Missing
	$kept   = $_COOKIE['creator_clicks'] ?? '';
	$given  = is_string( $posted ) ? explode( ',', $posted ) : ( is_string( $kept ) ? explode( '|', $kept ) : array() );
	$ids    = array();
	foreach ( $given as $one ) {
		$id = explode( '.', trim( $one ) )[0];
		if ( preg_match( '/^[0-9A-Za-z_-]{8,64}$/D', $id ) ) {
			$ids[ $id ] = $id;
		}
	}
	return array_slice( array_values( $ids ), -CREATOR_CLICKS_KEPT );
}

/** A leading underscore keeps the field out of the shop's own pages; the marketplace reads both spellings. */
function creator_clicks_keep( $order ) {
	$ids = creator_clicks_ids();
	if ( $ids ) {
		$order->update_meta_data( '_' . CREATOR_CLICKS_PARAMETER, implode( ',', $ids ) );
	}
}

add_action( 'woocommerce_checkout_create_order', 'creator_clicks_keep' );
add_action( 'woocommerce_store_api_checkout_update_order_from_request', 'creator_clicks_keep' );
