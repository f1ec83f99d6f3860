<?php
$DB='mysqli';
$DBhost='localhost';
$DBname='tiny';
$DBusr='mini';
$DBpwd='small-key';
$Tu='minibbtable_users';
$dbUserId='user_id';
