//! "Did you mean …?"

/// Longer words are no slip of the pen.
const LONGEST: usize = 64;

/// The name that a word with a slip or two in it stands for. Hyphens and underscores do not count.
pub(crate) fn nearest(word: &str, names: impl IntoIterator<Item = String>) -> Option<String> {
    if word.len() > LONGEST {
        return None;
    }
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    let word = plain(word);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &plain(&name)), name))
        .filter(|(distance, name)| distance * 5 <= name.len() * 2)
        .min()
        .map(|(_, name)| name)
}
