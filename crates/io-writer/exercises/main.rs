//! Every exercise of the chapter, in order. The harness proves that each starter compiles and fails
//! its check, and that each solution passes.

// Each check is here twice on purpose, and `pub` in these files shows what it uses of the others.
#![allow(clippy::duplicate_mod, unreachable_pub)]

#[path = "../../../xtask/exercises/harness.rs"]
mod harness;

mod all_of_it {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod lost_bytes {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod one_line_one_call {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod one_call {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod both_get_it {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod borrow_stdout {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

mod live_gzip {
    #[path = "."]
    pub mod starter {
        #[path = "starter.rs"]
        pub mod exercise;

        pub mod check;
    }
    #[path = "."]
    pub mod solution {
        #[path = "solution.rs"]
        pub mod exercise;

        pub mod check;
    }
}

fn main() -> std::process::ExitCode {
    harness::main(
        env!("CARGO_MANIFEST_DIR"),
        harness::exercises![
            all_of_it,
            lost_bytes,
            one_line_one_call,
            one_call,
            both_get_it,
            borrow_stdout,
            live_gzip,
        ],
    )
}
