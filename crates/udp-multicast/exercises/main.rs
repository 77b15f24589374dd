//! Every exercise of the chapter, in order. The harness proves that each starter compiles and fails
//! its check, and that each solution passes.

// Each check is here twice on purpose, and `pub` in these files shows what it uses of the others.
#![allow(clippy::duplicate_mod, unreachable_pub)]

#[path = "../../../xtask/exercises/harness.rs"]
mod harness;

mod whole_datagram {
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

mod only_the_server {
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

mod share_the_port {
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

mod take_what_waits {
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

mod put_together {
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

mod ask_again {
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

mod whose_clock {
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
            whole_datagram,
            only_the_server,
            share_the_port,
            take_what_waits,
            put_together,
            ask_again,
            whose_clock,
        ],
    )
}
