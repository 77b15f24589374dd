//! Machines.

use super::look_up;
use crate::elf::Machine;

/// The short name of a machine, such as `x86-64`.
pub fn machine(machine: Machine) -> Option<&'static str> {
    look_up(MACHINES, u32::from(machine.0)).map(|(short, _)| short)
}

/// The name of a machine as its maker writes it.
pub fn machine_in_full(machine: Machine) -> Option<&'static str> {
    look_up(MACHINES, u32::from(machine.0)).map(|(_, full)| full)
}

/// By `EM_` number.
const MACHINES: &[(u32, (&str, &str))] = &[
    (0, ("none", "None")),
    (1, ("we32100", "WE32100")),
    (2, ("sparc", "Sparc")),
    (3, ("i386", "Intel 80386")),
    (4, ("m68k", "MC68000")),
    (5, ("m88k", "MC88000")),
    (7, ("i860", "Intel 80860")),
    (8, ("mips", "MIPS R3000")),
    (15, ("parisc", "HPPA")),
    (18, ("sparc32plus", "Sparc v8+")),
    (20, ("ppc", "PowerPC")),
    (21, ("ppc64", "PowerPC64")),
    (22, ("s390x", "IBM S/390")),
    (40, ("arm", "ARM")),
    (41, ("alpha-old", "Digital Alpha (old)")),
    (42, ("sh", "Renesas / SuperH SH")),
    (43, ("sparcv9", "Sparc v9")),
    (45, ("arc", "ARC")),
    (50, ("ia64", "Intel IA-64")),
    (62, ("x86-64", "Advanced Micro Devices X86-64")),
    (75, ("vax", "Digital VAX")),
    (
        76,
        ("cris", "Axis Communications 32-bit embedded processor"),
    ),
    (83, ("avr", "Atmel AVR 8-bit microcontroller")),
    (92, ("openrisc", "OpenRISC 1000")),
    (94, ("xtensa", "Tensilica Xtensa Processor")),
    (105, ("msp430", "Texas Instruments msp430 microcontroller")),
    (106, ("blackfin", "Analog Devices Blackfin")),
    (113, ("nios2", "Altera Nios II")),
    (140, ("c6000", "Texas Instruments TMS320C6000 DSP family")),
    (164, ("hexagon", "QUALCOMM DSP6 Processor")),
    (183, ("arm64", "AArch64")),
    (189, ("microblaze", "Xilinx MicroBlaze")),
    (190, ("cuda", "NVIDIA CUDA architecture")),
    (195, ("arcv2", "ARCv2")),
    (224, ("amdgpu", "AMD GPU")),
    (243, ("riscv", "RISC-V")),
    (247, ("bpf", "Linux BPF")),
    (252, ("csky", "C-SKY")),
    (258, ("loongarch", "LoongArch")),
    (36902, ("alpha", "Alpha")),
];
