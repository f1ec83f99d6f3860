<?php
	define('QA_MYSQL_HOSTNAME', '127.0.0.1');
	define('QA_MYSQL_USERNAME', 'curious');
	define('QA_MYSQL_PASSWORD', 'how+why');
	define('QA_MYSQL_DATABASE', 'qanda');
	define('QA_MYSQL_TABLE_PREFIX', 'qa_');
	define('QA_EXTERNAL_USERS', false);
