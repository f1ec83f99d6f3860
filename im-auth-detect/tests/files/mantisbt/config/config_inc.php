<?php
$g_hostname               = 'localhost';
$g_db_type                = 'mysqli';
$g_database_name          = 'insects';
$g_db_username            = 'beetle';
$g_db_password            = 'chitin';
$g_db_table_prefix        = 'mantis';
$g_db_table_suffix        = '_table';
$g_crypto_master_salt     = 'invented';
