<?php
$wp_version = '6.8.3';
$wp_db_version = 60421;
