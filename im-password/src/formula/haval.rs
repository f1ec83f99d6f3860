//! HAVAL (Zheng, Pieprzyk and Seberry, 1992) of four and five passes, which ImpressCMS offers. It is broken, and
//! nobody keeps a crate of it: it is here for passwords that were stored long ago, and for nothing else.

use zeroize::Zeroizing;

/// The digest: `bits` are 128, 160, 192, 224 or 256, `passes` 4 or 5.
pub(super) fn haval(bits: u16, passes: u8, data: &[u8]) -> Vec<u8> {
    let mut padded = Zeroizing::new(data.to_vec());
    padded.push(1);
    // The last ten bytes say how long things are.
    let len = padded.len();
    padded.resize(len + (118 + 128 - len % 128) % 128, 0);
    // The length of the digest, the passes, and version 1.
    padded.extend((bits << 6 | u16::from(passes) << 3 | 1).to_le_bytes());
    padded.extend((8 * data.len() as u64).to_le_bytes());
    let mut state: [u32; 8] = std::array::from_fn(|at| PI[at]);
    for block in padded.chunks_exact(128) {
        compress(&mut state, passes, block);
    }
    tailor(&mut state, bits);
    let words = state.iter().take(usize::from(bits) / 32);
    words.flat_map(|word| word.to_le_bytes()).collect()
}

fn compress(state: &mut [u32; 8], passes: u8, block: &[u8]) {
    let word = |at: usize| {
        let bytes = block[4 * at..].iter().take(4).rev();
        bytes.fold(0, |word, byte| word << 8 | u32::from(*byte))
    };
    let mut now = *state;
    for pass in 1..=passes {
        for step in 0..32 {
            // Each step makes one word anew, the last one of x; then it is the first.
            let x: [u32; 8] = std::array::from_fn(|at| now[(at + 32 - step) % 8]);
            let (at, constant) = match usize::from(pass) {
                1 => (step, 0),
                later => {
                    let constant = PI[8 + 32 * (later - 2) + step];
                    (usize::from(ORDER[later - 2][step]), constant)
                }
            };
            now[(39 - step) % 8] = mix(passes, pass, &x)
                .rotate_right(7)
                .wrapping_add(x[7].rotate_right(11))
                .wrapping_add(word(at))
                .wrapping_add(constant);
        }
    }
    for (word, now) in state.iter_mut().zip(now) {
        *word = word.wrapping_add(now);
    }
}

/// The function of a pass, of the words in the order that they have there.
fn mix(passes: u8, pass: u8, x: &[u32; 8]) -> u32 {
    let order = PHI[usize::from(passes - 4)][usize::from(pass - 1)];
    let [x6, x5, x4, x3, x2, x1, x0] = order.map(|at| x[at]);
    // Each function by its products, which are summed without carry.
    let sum = |products: &[u32]| products.iter().fold(0, |sum, product| sum ^ product);
    match pass {
        1 => sum(&[x1 & x4, x2 & x5, x3 & x6, x0 & x1, x0]),
        2 => {
            let long = sum(&[x1 & x2 & x3, x2 & x4 & x5, x1 & x2, x1 & x4, x2 & x6]);
            sum(&[long, x3 & x5, x4 & x5, x0 & x2, x0])
        }
        3 => sum(&[x1 & x2 & x3, x1 & x4, x2 & x5, x3 & x6, x0 & x3, x0]),
        4 => {
            let long = sum(&[x1 & x2 & x3, x2 & x4 & x5, x3 & x4 & x6, x1 & x4, x2 & x6]);
            sum(&[
                long,
                x3 & x4,
                x3 & x5,
                x3 & x6,
                x4 & x5,
                x4 & x6,
                x0 & x4,
                x0,
            ])
        }
        _ => sum(&[x1 & x4, x2 & x5, x3 & x6, x0 & x1 & x2 & x3, x0 & x5, x0]),
    }
}

/// For a word of a shorter digest: how far to turn what it gets to the right, and what it gets of words 7, 6, 5
/// and 4, which are left out: from which bit on, and how many bits.
type Fold = (u32, [(u32, u32); 4]);

/// Folds the words that a shorter digest leaves out into the others.
fn tailor(state: &mut [u32; 8], bits: u16) {
    const NO: (u32, u32) = (0, 0);
    let folds: &[Fold] = match bits {
        128 => &[
            (8, [(0, 8), (24, 8), (16, 8), (8, 8)]),
            (16, [(8, 8), (0, 8), (24, 8), (16, 8)]),
            (24, [(16, 8), (8, 8), (0, 8), (24, 8)]),
            (0, [(24, 8), (16, 8), (8, 8), (0, 8)]),
        ],
        160 => &[
            (19, [(0, 6), (25, 7), (19, 6), NO]),
            (25, [(6, 6), (0, 6), (25, 7), NO]),
            (0, [(12, 7), (6, 6), (0, 6), NO]),
            (6, [(19, 6), (12, 7), (6, 6), NO]),
            (12, [(25, 7), (19, 6), (12, 7), NO]),
        ],
        192 => &[
            (26, [(0, 5), (26, 6), NO, NO]),
            (0, [(5, 5), (0, 5), NO, NO]),
            (5, [(10, 6), (5, 5), NO, NO]),
            (10, [(16, 5), (10, 6), NO, NO]),
            (16, [(21, 5), (16, 5), NO, NO]),
            (21, [(26, 6), (21, 5), NO, NO]),
        ],
        224 => &[
            (27, [(27, 5), NO, NO, NO]),
            (22, [(22, 5), NO, NO, NO]),
            (18, [(18, 4), NO, NO, NO]),
            (13, [(13, 5), NO, NO, NO]),
            (9, [(9, 4), NO, NO, NO]),
            (4, [(4, 5), NO, NO, NO]),
            (0, [(0, 4), NO, NO, NO]),
        ],
        _ => &[],
    };
    let left_out = [state[7], state[6], state[5], state[4]];
    for (word, (turn, parts)) in state.iter_mut().zip(folds) {
        let mut gathered = 0;
        for (from, (first, count)) in left_out.iter().zip(parts) {
            gathered |= from & (((1 << count) - 1) << first);
        }
        *word = word.wrapping_add(gathered.rotate_right(*turn));
    }
}

/// Which words stand for x6 to x0 in each pass, of four passes and of five.
const PHI: [[[usize; 7]; 5]; 2] = [
    [
        [2, 6, 1, 4, 5, 3, 0],
        [3, 5, 2, 0, 1, 6, 4],
        [1, 4, 3, 6, 0, 2, 5],
        [6, 4, 0, 5, 2, 1, 3],
        [0; 7],
    ],
    [
        [3, 4, 1, 0, 5, 2, 6],
        [6, 2, 1, 0, 3, 4, 5],
        [2, 6, 0, 4, 3, 1, 5],
        [1, 5, 3, 2, 0, 4, 6],
        [2, 5, 0, 6, 4, 3, 1],
    ],
];

/// In which order the passes after the first take the words of a block.
#[rustfmt::skip]
const ORDER: [[u8; 32]; 4] = [
    [5, 14, 26, 18, 11, 28, 7, 16, 0, 23, 20, 22, 1, 10, 4, 8, 30, 3, 21, 9, 17, 24, 29, 6, 19, 12, 15, 13, 2, 25, 31, 27],
    [19, 9, 4, 20, 28, 17, 8, 22, 29, 14, 25, 12, 24, 30, 16, 26, 31, 15, 7, 3, 1, 0, 18, 27, 13, 6, 21, 10, 23, 11, 5, 2],
    [24, 4, 0, 14, 2, 7, 28, 23, 26, 6, 30, 20, 18, 25, 19, 3, 22, 11, 31, 21, 8, 27, 12, 9, 1, 29, 5, 15, 17, 10, 16, 13],
    [27, 3, 21, 26, 17, 11, 20, 29, 19, 0, 12, 7, 13, 8, 31, 10, 5, 9, 14, 30, 18, 6, 28, 24, 2, 23, 16, 22, 4, 1, 25, 15],
];

/// The fraction of pi.
#[rustfmt::skip]
const PI: [u32; 136] = [
    0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0, 0x082e_fa98, 0xec4e_6c89,
    0x4528_21e6, 0x38d0_1377, 0xbe54_66cf, 0x34e9_0c6c, 0xc0ac_29b7, 0xc97c_50dd, 0x3f84_d5b5, 0xb547_0917,
    0x9216_d5d9, 0x8979_fb1b, 0xd131_0ba6, 0x98df_b5ac, 0x2ffd_72db, 0xd01a_dfb7, 0xb8e1_afed, 0x6a26_7e96,
    0xba7c_9045, 0xf12c_7f99, 0x24a1_9947, 0xb391_6cf7, 0x0801_f2e2, 0x858e_fc16, 0x6369_20d8, 0x7157_4e69,
    0xa458_fea3, 0xf493_3d7e, 0x0d95_748f, 0x728e_b658, 0x718b_cd58, 0x8215_4aee, 0x7b54_a41d, 0xc25a_59b5,
    0x9c30_d539, 0x2af2_6013, 0xc5d1_b023, 0x2860_85f0, 0xca41_7918, 0xb8db_38ef, 0x8e79_dcb0, 0x603a_180e,
    0x6c9e_0e8b, 0xb01e_8a3e, 0xd715_77c1, 0xbd31_4b27, 0x78af_2fda, 0x5560_5c60, 0xe655_25f3, 0xaa55_ab94,
    0x5748_9862, 0x63e8_1440, 0x55ca_396a, 0x2aab_10b6, 0xb4cc_5c34, 0x1141_e8ce, 0xa154_86af, 0x7c72_e993,
    0xb3ee_1411, 0x636f_bc2a, 0x2ba9_c55d, 0x7418_31f6, 0xce5c_3e16, 0x9b87_931e, 0xafd6_ba33, 0x6c24_cf5c,
    0x7a32_5381, 0x2895_8677, 0x3b8f_4898, 0x6b4b_b9af, 0xc4bf_e81b, 0x6628_2193, 0x61d8_09cc, 0xfb21_a991,
    0x487c_ac60, 0x5dec_8032, 0xef84_5d5d, 0xe985_75b1, 0xdc26_2302, 0xeb65_1b88, 0x2389_3e81, 0xd396_acc5,
    0x0f6d_6ff3, 0x83f4_4239, 0x2e0b_4482, 0xa484_2004, 0x69c8_f04a, 0x9e1f_9b5e, 0x21c6_6842, 0xf6e9_6c9a,
    0x670c_9c61, 0xabd3_88f0, 0x6a51_a0d2, 0xd854_2f68, 0x960f_a728, 0xab51_33a3, 0x6eef_0b6c, 0x137a_3be4,
    0xba3b_f050, 0x7efb_2a98, 0xa1f1_651d, 0x39af_0176, 0x66ca_593e, 0x8243_0e88, 0x8cee_8619, 0x456f_9fb4,
    0x7d84_a5c3, 0x3b8b_5ebe, 0xe06f_75d8, 0x85c1_2073, 0x401a_449f, 0x56c1_6aa6, 0x4ed3_aa62, 0x363f_7706,
    0x1bfe_df72, 0x429b_023d, 0x37d0_d724, 0xd00a_1248, 0xdb0f_ead3, 0x49f1_c09b, 0x0753_72c9, 0x8099_1b7b,
    0x25d4_79d8, 0xf6e8_def7, 0xe3fe_501a, 0xb679_4c3b, 0x976c_e0bd, 0x04c0_06ba, 0xc1a9_4fb6, 0x409f_60c4,
];
