<?php die ('no'); ?>
{"secret_du_site":"c2l0ZQ==","secret_des_auth":"YXV0aA=="}
