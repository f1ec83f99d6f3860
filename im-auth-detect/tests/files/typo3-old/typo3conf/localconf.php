<?php
$TYPO3_CONF_VARS['SYS']['sitename'] = 'Old studio';
$typo_db_username = 'old_painter';	// Set by the installer
$typo_db_password = 'turpentine';
$typo_db_host = 'localhost';
$typo_db = 'studio';
?>
