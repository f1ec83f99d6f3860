//! Verifies stored passwords of forums, CMSs and groupware: named formats, and formulas in hashcat notation
