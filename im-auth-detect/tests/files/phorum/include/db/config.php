<?php
if(!defined("PHORUM")) return;
$PHORUM["DBCONFIG"]=array(
    "type"          =>  "mysql",
    "name"          =>  "agora",
    "server"        =>  "localhost",
    "user"          =>  "orator",
    "password"      =>  "rostrum",
    "table_prefix"  =>  "phorum",
    "port"          =>  3306,
    "charset"       =>  "utf8",
);
?>
