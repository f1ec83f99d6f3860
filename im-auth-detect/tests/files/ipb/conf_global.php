<?php

$INFO = array (
  'sql_host' => 'localhost',
  'sql_database' => 'community',
  'sql_user' => 'steward',
  'sql_pass' => 'lantern',
  'sql_port' => 3306,
  'sql_tbl_prefix' => 'ibf_',
);
