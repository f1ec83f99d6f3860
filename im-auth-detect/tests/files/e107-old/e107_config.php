<?php
$mySQLserver    = 'localhost';
$mySQLuser      = 'six';
$mySQLpassword  = 'one-o-six';
$mySQLdefaultdb = 'e_old';
$mySQLprefix    = 'e1_';
?>
