//! NUMERIC as the wire has it, such as what SUM gives.

/// The decimal digits of a value in the binary format: `-12.50`. `None` for what is no number.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let mut words = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    let count = words.next()?;
    // As two's complement: the place of the first group of four digits, 0 for the one before the point.
    let weight = i32::from(words.next()?.cast_signed());
    let sign = match words.next()? {
        0x0000 => "",
        0x4000 => "-",
        _ => return None,
    };
    let scale = usize::from(words.next()?);
    let groups: Vec<u16> = words.take(count.into()).collect();
    if groups.len() != usize::from(count) || weight > 1_000 || scale > 1_000 {
        return None;
    }
    let group = |place: i32| -> u16 {
        usize::try_from(weight - place)
            .ok()
            .and_then(|at| groups.get(at).copied())
            .unwrap_or(0)
    };
    let whole: String = (0..=weight.max(0))
        .rev()
        .map(|place| format!("{:04}", group(place)))
        .collect();
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let mut text = format!("{sign}{whole}");
    if scale > 0 {
        let places = i32::try_from(scale.div_ceil(4)).ok()?;
        let fraction: String = (1..=places)
            .map(|place| format!("{:04}", group(-place)))
            .collect();
        text.push('.');
        text.push_str(&fraction[..scale]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::text;

    fn wire(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Vec<u8> {
        let head = [
            u16::try_from(groups.len()).unwrap(),
            weight.cast_unsigned(),
            sign,
            scale,
        ];
        head.iter()
            .chain(groups)
            .flat_map(|word| word.to_be_bytes())
            .collect()
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        for (wire, expected) in [
            (wire(0, 0, 0, &[]), "0"),
            (wire(0, 0, 0, &[42]), "42"),
            (wire(1, 0, 0, &[1]), "10000"),
            (wire(1, 0x4000, 2, &[12, 3456, 5000]), "-123456.50"),
            (wire(-1, 0, 3, &[250]), "0.025"),
        ] {
            assert_eq!(text(&wire).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for wire in [
            wire(0, 0xC000, 0, &[]),
            wire(0, 0, 0, &[1])[..7].to_vec(),
            Vec::new(),
            wire(i16::MAX, 0, 0, &[1]),
        ] {
            assert_eq!(text(&wire), None);
        }
    }
}
