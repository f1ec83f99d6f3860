<?php
$phpwcms['db_host']    = 'localhost';
$phpwcms['db_user']    = 'otter';
$phpwcms['db_pass']    = 'river-bank';
$phpwcms['db_table']   = 'holt';
$phpwcms['db_prepend'] = '';
