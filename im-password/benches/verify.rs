//! Cost of one verification per format: `cargo bench -p im-password`.

#![expect(clippy::print_stdout, reason = "it is what a benchmark is for")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use im_password::{Attempt, Policy};

/// Stored values of unknown passwords: a wrong password costs as much as the right one.
const STORED: [(&str, &str); 16] = [
    ("md5($pass)", "5ebe2294ecd0e0f08eab7690d2a6ee69"),
    ("md5(md5($pass).$salt)", "5ebe2294ecd0e0f08eab7690d2a6ee69"),
    ("hmac-sha256(key=$secret,$pass)", ZEROS_64),
    ("sha512($salt.$pass)", ZEROS_128),
    ("des-crypt", "seVrV9NttVI/s"),
    ("ext-des-crypt", "_J9..rasmBYk8r9AiWNc"),
    ("md5-crypt", "$1$a.pXHoOR$xTWDYsQN768by9PPnQHbQ1"),
    (
        "sha512-crypt",
        "$6$ZysAzu6iWg5yLlIl$VJG1g3fyBHJ88BDiWJ0SSmAlftRmiZooC28yyZtYuc9ZMuVXc1Z9sOYsLaL6P7omUc.\
         WnvbKB7UtTxYaQlo5a1",
    ),
    (
        "django",
        "pbkdf2_sha256$1000000$vut9inh2pqqbQ15ufVNHOE$iPvZw6QApp+P9oUeMbLjmr8u6GecFXsh8WvJNWIp6k4=",
    ),
    (
        "django",
        "scrypt$16384$vfb68f7xJmvmLXVDOTsX2g$8$5$ZRDk9S/Lh+zEvlsCY94HBa6J3xI8VJ8k8lY+lFxTFEELWu+Yi/\
         6I4Jr/I66XwJZz399mRFEiFUT0R82fTkytFw==",
    ),
    ("phpass", "$H$9kP2xq9Lz79oYQp792AzAqrgtdOeqx."),
    ("phpass", "$P$BQw3rTy7.AD3i7uKtZRs8cjnNWgu/I."),
    (
        "bcrypt",
        "$2y$10$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
    ),
    (
        "bcrypt",
        "$2y$12$N0tRandomSaltForAlice.k5YAJYNg6.hnz5Hqsqm5bv.lJns.cdq",
    ),
    (
        "argon2",
        "$argon2id$v=19$m=19456,t=2,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
         0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs",
    ),
    (
        "argon2",
        "$argon2id$v=19$m=65536,t=4,p=1$Zml4ZWRzYWx0Zml4ZWQwMQ$\
         0sqBfVZeEI6lnZzujJRJzQl6u/CcI2GeYzvCzf7wHxs",
    ),
];

const ZEROS_64: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const ZEROS_128: &str = "0000000000000000000000000000000000000000000000000000000000000000\
                         0000000000000000000000000000000000000000000000000000000000000000";

/// How long each is tried at least.
const LONG_ENOUGH: Duration = Duration::from_millis(300);

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "{:<40} {:>14} {:>12}",
        "stored value", "one takes", "memory"
    );
    for (format, stored) in STORED {
        let policy = Policy::new([format.parse()?]);
        let attempt = Attempt::new("another password")
            .salt(b"12345")
            .secret(b"site secret");
        let start = Instant::now();
        let mut count = 0;
        while start.elapsed() < LONG_ENOUGH {
            let outcome = policy.verify(black_box(&attempt), black_box(stored.as_bytes()))?;
            assert!(!black_box(outcome).is_match());
            count += 1;
        }
        println!(
            "{:<40} {:>11.1} µs {:>8} KiB",
            policy.recognise(stored.as_bytes())?.to_string(),
            start.elapsed().as_secs_f64() * 1e6 / f64::from(count),
            policy.memory(stored.as_bytes())? / 1024,
        );
    }
    Ok(())
}
