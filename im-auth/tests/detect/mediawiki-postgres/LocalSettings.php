<?php
$wgSitename = "Lichen";
$wgDBtype = "postgres";
$wgDBserver = "wiki-db";
$wgDBname = "lichen";
$wgDBuser = "moss";
$wgDBpassword = "dollar\$sign";
$wgDBport = "5432";
$wgDBmwschema = "bark";
