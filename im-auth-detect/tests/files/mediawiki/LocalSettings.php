<?php
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}
$wgSitename = "Lichen";
$wgDBtype = "mysql";
$wgDBserver = "wiki-db:3308";
$wgDBname = "lichen";
$wgDBuser = "moss";
$wgDBpassword = "dollar\$sign";
$wgDBprefix = "mw_";
wfLoadSkin( 'Vector' );
