<?php
/**
 * As much of WordPress and WooCommerce as the plugin calls, and one checkout through it.
 *
 * Standard input: {"plugin": path, "hook": name, "post": {...}, "cookie": {...}}. Standard output: what the plugin
 * left in the order's meta data, and the script tag that a page of the shop gets. A notice or a warning ends it.
 */

set_error_handler(
	static function ( $level, $message ) {
		throw new ErrorException( $message, 0, $level );
	}
);

define( 'ABSPATH', '/shop/' );
$hooks   = array();
$scripts = array();

function add_action( $hook, $call, $priority = 10, $accepted = 1 ) {
	global $hooks;
	$hooks[ $hook ][] = array( $call, $accepted );
}

function add_filter( $hook, $call, $priority = 10, $accepted = 1 ) {
	add_action( $hook, $call, $priority, $accepted );
}

function do_action( $hook, ...$given ) {
	global $hooks;
	foreach ( $hooks[ $hook ] ?? array() as list( $call, $accepted ) ) {
		$call( ...array_slice( $given, 0, $accepted ) );
	}
}

function apply_filters( $hook, $value, ...$given ) {
	global $hooks;
	foreach ( $hooks[ $hook ] ?? array() as list( $call, $accepted ) ) {
		$value = $call( ...array_slice( array( $value, ...$given ), 0, $accepted ) );
	}
	return $value;
}

function plugins_url( $path, $plugin ) {
	return 'https://shop.example/wp-content/plugins/' . basename( $plugin, '.php' ) . '/' . $path;
}

function esc_attr( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function wp_enqueue_script( $handle, $source, $needs, $version, $in_footer ) {
	global $scripts;
	$scripts[ $handle ] = "<script src=\"{$source}?ver={$version}\" id=\"{$handle}-js\"></script>";
}

final class Order {
	public $meta_data = array();

	public function update_meta_data( $key, $value ) {
		$this->meta_data[] = array( 'id' => count( $this->meta_data ) + 1, 'key' => $key, 'value' => $value );
	}
}

$given   = json_decode( file_get_contents( 'php://stdin' ), true, 64, JSON_THROW_ON_ERROR );
$_POST   = $given['post'];
$_COOKIE = $given['cookie'];
require $given['plugin'];

do_action( 'wp_enqueue_scripts' );
$scripts['jquery'] = '<script src="https://shop.example/jquery.js"></script>';
$tags              = array();
foreach ( $scripts as $handle => $tag ) {
	$tags[ $handle ] = apply_filters( 'script_loader_tag', $tag, $handle, '' );
}
$order = new Order();
do_action( $given['hook'], $order, array() );
echo json_encode( array( 'meta_data' => $order->meta_data, 'tags' => $tags ), JSON_THROW_ON_ERROR );
