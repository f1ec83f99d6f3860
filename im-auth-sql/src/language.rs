//! A product's word for a language to a BCP 47 tag.

/// Language files are called `english`, `french`, `german_du`, `english-utf8`; or by their tags.
const NAMES: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("brazilian", "pt-BR"),
    ("bulgarian", "bg"),
    ("catalan", "ca"),
    ("chinese", "zh"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("deutsch", "de"),
    ("dutch", "nl"),
    ("english", "en"),
    ("espanol", "es"),
    ("estonian", "et"),
    ("finnish", "fi"),
    ("francais", "fr"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hungarian", "hu"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("latvian", "lv"),
    ("lithuanian", "lt"),
    ("nederlands", "nl"),
    ("norwegian", "no"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("serbian", "sr"),
    ("slovak", "sk"),
    ("slovenian", "sl"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("thai", "th"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("vietnamese", "vi"),
];

/// The BCP 47 tag for a product's word for a language (`french`, `german_du`, `fr_FR.UTF-8`, `pt-BR`); `None` for one
/// that is not known.
#[must_use]
pub fn language_tag(word: &str) -> Option<String> {
    // `de_DE.UTF-8`, `ca_ES@valencia`: the charset and the variant say nothing about the language.
    let word = word.trim().split(['.', '@']).next().unwrap_or_default();
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (first, rest) = word.split_at_checked(letters)?;
    let first = first.to_ascii_lowercase();
    if (2..=3).contains(&first.len()) {
        let region = rest
            .strip_prefix(['-', '_'])
            .filter(|region| region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic()));
        return match region {
            Some(region) => Some(format!("{first}-{}", region.to_ascii_uppercase())),
            None if rest.is_empty() => Some(first),
            None => None,
        };
    }
    NAMES
        .iter()
        .find(|(name, _)| *name == first)
        .map(|(_, tag)| (*tag).to_owned())
}

#[cfg(test)]
mod tests {
    use super::language_tag as tag;

    #[test]
    fn language_files_have_english_names_and_sometimes_an_ending() {
        assert_eq!(tag("english").as_deref(), Some("en"));
        assert_eq!(tag("German_Du").as_deref(), Some("de"));
        assert_eq!(tag("french-utf8").as_deref(), Some("fr"));
    }

    #[test]
    fn tags_stay_tags() {
        assert_eq!(tag("fr").as_deref(), Some("fr"));
        assert_eq!(tag("pt_PT").as_deref(), Some("pt-PT"));
        assert_eq!(tag("fr-CA").as_deref(), Some("fr-CA"));
        assert_eq!(tag("de_DE.UTF-8").as_deref(), Some("de-DE"));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for word in ["", "klingon", "en-", "élan", "-", "fr_utf8"] {
            assert_eq!(tag(word), None, "{word}");
        }
    }
}
