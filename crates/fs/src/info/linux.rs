//! Linux: device numbers, and filesystems that have a magic number but no name.

use std::path::Path;

use nix::libc;
use nix::sys::statfs::statfs;

/// The driver of a device.
pub(crate) fn major(device: u64) -> u64 {
    u64::from(libc::major(device))
}

/// Which of the driver's devices.
pub(crate) fn minor(device: u64) -> u64 {
    u64::from(libc::minor(device))
}

/// The kernel's number for the kind of filesystem, and what `stat -f` calls it.
pub(super) fn filesystem_type(path: &Path) -> nix::Result<(u64, String)> {
    let magic = statfs(path)?.filesystem_type().0;
    // The field is signed, and its width depends on the processor; the numbers have 32 bits.
    let magic = u64::from(magic as u32);
    let known = NAMES.iter().find(|(number, _)| *number == magic);
    let name = known.map_or_else(
        || format!("UNKNOWN (0x{magic:x})"),
        |(_, name)| (*name).to_owned(),
    );
    Ok((magic, name))
}

/// statvfs(3) puts the first of the kernel's two words into the low half; GNU shows it first.
pub(super) fn filesystem_id(id: u64) -> u64 {
    id.rotate_left(32)
}

/// linux/magic.h, in coreutils' spelling.
const NAMES: &[(u64, &str)] = &[
    (0xadf5, "adfs"),
    (0x0187, "autofs"),
    (0x9123_683e, "btrfs"),
    (0x00c3_6400, "ceph"),
    (0x0027_e0eb, "cgroupfs"),
    (0x6367_7270, "cgroup2fs"),
    (0x28cd_3d45, "cramfs"),
    (0x6462_6720, "debugfs"),
    (0x1cd1, "devpts"),
    (0xf15f, "ecryptfs"),
    (0xe0f5_e1e2, "erofs"),
    (0x2011_bab0, "exfat"),
    (0xef53, "ext2/ext3"),
    (0xf2f5_2010, "f2fs"),
    (0x6573_5546, "fuseblk"),
    (0x6573_5543, "fusectl"),
    (0x9584_58f6, "hugetlbfs"),
    (0x9660, "isofs"),
    (0x4d44, "msdos"),
    (0x1980_0202, "mqueue"),
    (0x6969, "nfs"),
    (0x6e73_6673, "nsfs"),
    (0x5346_544e, "ntfs"),
    (0x794c_7630, "overlayfs"),
    (0x5049_5045, "pipefs"),
    (0x9fa0, "proc"),
    (0x6165_676c, "pstorefs"),
    (0x8584_58f6, "ramfs"),
    (0x7363_7466, "securityfs"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x534f_434b, "sockfs"),
    (0x7371_7368, "squashfs"),
    (0x6265_6572, "sysfs"),
    (0x0102_1994, "tmpfs"),
    (0x7472_6163, "tracefs"),
    (0x0102_1997, "v9fs"),
    (0x5846_5342, "xfs"),
    (0x2fc1_2fc1, "zfs"),
];
