<?php
define( 'DB_NAME', 'letters' );
define( 'DB_USER', 'scribe' );
define( 'DB_PASSWORD', 'quill+ink' );
define( 'DB_HOST', 'db.letters.example:3310' );
define( 'DB_CHARSET', 'utf8mb4' );
$table_prefix = 'ltr_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
