<?php
define( 'DB_NAME', 'cloud' );
define( 'DB_USER', 'pilot' );
define( 'DB_PASSWORD', getenv( 'WORDPRESS_DB_PASSWORD' ) );
define( 'DB_HOST', 'localhost' );
$table_prefix = 'wp_';
