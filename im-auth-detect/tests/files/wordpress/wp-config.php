<?php
/* Settings of the blog "Pottery": database, keys, prefix. */
define( 'DB_NAME', 'pottery_blog' );
define( 'DB_USER', 'pottery' );
define( 'DB_PASSWORD', 'kiln\'s "glow" & ash' );
define( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );
define( 'DB_CHARSET', 'utf8mb4' );
$table_prefix = 'clay_';
if ( ! defined( 'WP_DEBUG' ) ) { define( 'WP_DEBUG', false ); }
if ( ! defined( 'ABSPATH' ) ) { define( 'ABSPATH', __DIR__ . '/' ); }
require_once ABSPATH . 'wp-settings.php';
