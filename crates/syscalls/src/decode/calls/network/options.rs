//! setsockopt and getsockopt: whose option, which, and its value.

use nix::libc;

use crate::decode::Argument::{self, Choice, Fd, In, Int, Kept, Out};
use crate::decode::named::{self, named};
use crate::decode::{Context, Signature};

use super::option_values::{value_got, value_set};
use super::sockets::{length, length_at_entry};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("setsockopt", &[Fd, LEVEL, In(option), In(value_set), Int]),
    Signature::new(
        "getsockopt",
        &[
            Fd,
            LEVEL,
            In(option),
            Out(value_got),
            Kept(length_at_entry, length),
        ],
    ),
];

const LEVEL: Argument = Choice(&LEVELS);

/// Whose option it is: the socket's, or a protocol's.
pub(super) const LEVELS: named::Choice = named::Choice {
    names: &[
        (1, "SOL_SOCKET"),
        (0, "SOL_IP"),
        (6, "SOL_TCP"),
        (17, "SOL_UDP"),
        (41, "SOL_IPV6"),
        (58, "SOL_ICMPV6"),
        (132, "SOL_SCTP"),
        (136, "SOL_UDPLITE"),
        (255, "SOL_RAW"),
        (263, "SOL_PACKET"),
        (270, "SOL_NETLINK"),
        (274, "SOL_BLUETOOTH"),
        (279, "SOL_ALG"),
        (282, "SOL_TLS"),
        (283, "SOL_XDP"),
        (284, "SOL_MPTCP"),
    ],
    unknown: "SOL_??",
};

fn option(context: &mut Context<'_>, option: u64) {
    write_option(context, context.registers[1] as i32, option);
}

/// Appends the name of a level's option.
pub(super) fn write_option(context: &mut Context<'_>, level: i32, option: u64) {
    let names = match level {
        libc::SOL_SOCKET => &SOCKET,
        libc::SOL_IP => &IP,
        libc::SOL_IPV6 => &IPV6,
        libc::SOL_TCP => &TCP,
        libc::SOL_UDP => &UDP,
        libc::SOL_NETLINK => &NETLINK,
        libc::SOL_PACKET => &PACKET,
        _ => return context.format(format_args!("{}", option as u32)),
    };
    names.write(context, option);
}

/// The kernel numbers some options twice: the old ones take times of the size of a register.
const SOCKET: named::Choice = named::Choice {
    names: &[
        (1, "SO_DEBUG"),
        (2, "SO_REUSEADDR"),
        (3, "SO_TYPE"),
        (4, "SO_ERROR"),
        (5, "SO_DONTROUTE"),
        (6, "SO_BROADCAST"),
        (7, "SO_SNDBUF"),
        (8, "SO_RCVBUF"),
        (9, "SO_KEEPALIVE"),
        (10, "SO_OOBINLINE"),
        (11, "SO_NO_CHECK"),
        (12, "SO_PRIORITY"),
        (13, "SO_LINGER"),
        (14, "SO_BSDCOMPAT"),
        (15, "SO_REUSEPORT"),
        (16, "SO_PASSCRED"),
        (17, "SO_PEERCRED"),
        (18, "SO_RCVLOWAT"),
        (19, "SO_SNDLOWAT"),
        (20, "SO_RCVTIMEO_OLD"),
        (21, "SO_SNDTIMEO_OLD"),
        (25, "SO_BINDTODEVICE"),
        (26, "SO_ATTACH_FILTER"),
        (27, "SO_DETACH_FILTER"),
        (28, "SO_PEERNAME"),
        (29, "SO_TIMESTAMP_OLD"),
        (30, "SO_ACCEPTCONN"),
        (31, "SO_PEERSEC"),
        (32, "SO_SNDBUFFORCE"),
        (33, "SO_RCVBUFFORCE"),
        (34, "SO_PASSSEC"),
        (35, "SO_TIMESTAMPNS_OLD"),
        (36, "SO_MARK"),
        (37, "SO_TIMESTAMPING_OLD"),
        (38, "SO_PROTOCOL"),
        (39, "SO_DOMAIN"),
        (40, "SO_RXQ_OVFL"),
        (41, "SO_WIFI_STATUS"),
        (42, "SO_PEEK_OFF"),
        (43, "SO_NOFCS"),
        (44, "SO_LOCK_FILTER"),
        (45, "SO_SELECT_ERR_QUEUE"),
        (46, "SO_BUSY_POLL"),
        (47, "SO_MAX_PACING_RATE"),
        (48, "SO_BPF_EXTENSIONS"),
        (49, "SO_INCOMING_CPU"),
        (50, "SO_ATTACH_BPF"),
        (51, "SO_ATTACH_REUSEPORT_CBPF"),
        (52, "SO_ATTACH_REUSEPORT_EBPF"),
        (53, "SO_CNX_ADVICE"),
        (55, "SO_MEMINFO"),
        (56, "SO_INCOMING_NAPI_ID"),
        (57, "SO_COOKIE"),
        (59, "SO_PEERGROUPS"),
        (60, "SO_ZEROCOPY"),
        (61, "SO_TXTIME"),
        (62, "SO_BINDTOIFINDEX"),
        (63, "SO_TIMESTAMP_NEW"),
        (64, "SO_TIMESTAMPNS_NEW"),
        (65, "SO_TIMESTAMPING_NEW"),
        (66, "SO_RCVTIMEO_NEW"),
        (67, "SO_SNDTIMEO_NEW"),
        (68, "SO_DETACH_REUSEPORT_BPF"),
        (69, "SO_PREFER_BUSY_POLL"),
        (70, "SO_BUSY_POLL_BUDGET"),
        (71, "SO_NETNS_COOKIE"),
        (72, "SO_BUF_LOCK"),
        (73, "SO_RESERVE_MEM"),
        (74, "SO_TXREHASH"),
        (75, "SO_RCVMARK"),
    ],
    unknown: "SO_???",
};

const IP: named::Choice = named::Choice {
    names: named![
        IP_TOS,
        IP_TTL,
        IP_HDRINCL,
        IP_OPTIONS,
        IP_ROUTER_ALERT,
        IP_RECVOPTS,
        IP_RETOPTS,
        IP_PKTINFO,
        IP_PKTOPTIONS,
        IP_MTU_DISCOVER,
        IP_RECVERR,
        IP_RECVTTL,
        IP_RECVTOS,
        IP_MTU,
        IP_FREEBIND,
        IP_IPSEC_POLICY,
        IP_XFRM_POLICY,
        IP_PASSSEC,
        IP_TRANSPARENT,
        IP_ORIGDSTADDR,
        IP_MINTTL,
        IP_NODEFRAG,
        IP_CHECKSUM,
        IP_BIND_ADDRESS_NO_PORT,
        IP_MULTICAST_IF,
        IP_MULTICAST_TTL,
        IP_MULTICAST_LOOP,
        IP_ADD_MEMBERSHIP,
        IP_DROP_MEMBERSHIP,
        IP_UNBLOCK_SOURCE,
        IP_BLOCK_SOURCE,
        IP_ADD_SOURCE_MEMBERSHIP,
        IP_DROP_SOURCE_MEMBERSHIP,
        IP_MSFILTER,
        IP_MULTICAST_ALL,
        IP_UNICAST_IF,
    ],
    unknown: "IP_???",
};

const IPV6: named::Choice = named::Choice {
    names: named![
        IPV6_ADDRFORM,
        IPV6_2292PKTINFO,
        IPV6_2292HOPOPTS,
        IPV6_2292DSTOPTS,
        IPV6_2292RTHDR,
        IPV6_2292PKTOPTIONS,
        IPV6_CHECKSUM,
        IPV6_2292HOPLIMIT,
        IPV6_NEXTHOP,
        IPV6_FLOWINFO,
        IPV6_UNICAST_HOPS,
        IPV6_MULTICAST_IF,
        IPV6_MULTICAST_HOPS,
        IPV6_MULTICAST_LOOP,
        IPV6_ADD_MEMBERSHIP,
        IPV6_DROP_MEMBERSHIP,
        IPV6_ROUTER_ALERT,
        IPV6_MTU_DISCOVER,
        IPV6_MTU,
        IPV6_RECVERR,
        IPV6_V6ONLY,
        IPV6_JOIN_ANYCAST,
        IPV6_LEAVE_ANYCAST,
        IPV6_RECVPKTINFO,
        IPV6_PKTINFO,
        IPV6_RECVHOPLIMIT,
        IPV6_HOPLIMIT,
        IPV6_RECVHOPOPTS,
        IPV6_HOPOPTS,
        IPV6_RECVRTHDR,
        IPV6_RTHDR,
        IPV6_RECVDSTOPTS,
        IPV6_DSTOPTS,
        IPV6_RECVPATHMTU,
        IPV6_PATHMTU,
        IPV6_DONTFRAG,
        IPV6_RECVTCLASS,
        IPV6_TCLASS,
        IPV6_FREEBIND,
        IPV6_TRANSPARENT,
    ],
    unknown: "IPV6_???",
};

const TCP: named::Choice = named::Choice {
    names: named![
        TCP_NODELAY,
        TCP_MAXSEG,
        TCP_CORK,
        TCP_KEEPIDLE,
        TCP_KEEPINTVL,
        TCP_KEEPCNT,
        TCP_SYNCNT,
        TCP_LINGER2,
        TCP_DEFER_ACCEPT,
        TCP_WINDOW_CLAMP,
        TCP_INFO,
        TCP_QUICKACK,
        TCP_CONGESTION,
        TCP_MD5SIG,
        TCP_THIN_LINEAR_TIMEOUTS,
        TCP_THIN_DUPACK,
        TCP_USER_TIMEOUT,
        TCP_REPAIR,
        TCP_REPAIR_QUEUE,
        TCP_QUEUE_SEQ,
        TCP_REPAIR_OPTIONS,
        TCP_FASTOPEN,
        TCP_TIMESTAMP,
        TCP_NOTSENT_LOWAT,
        TCP_CC_INFO,
        TCP_SAVE_SYN,
        TCP_SAVED_SYN,
        TCP_ULP,
        TCP_FASTOPEN_CONNECT,
    ],
    unknown: "TCP_???",
};

const UDP: named::Choice = named::Choice {
    names: &[
        (1, "UDP_CORK"),
        (100, "UDP_ENCAP"),
        (101, "UDP_NO_CHECK6_TX"),
        (102, "UDP_NO_CHECK6_RX"),
        (103, "UDP_SEGMENT"),
        (104, "UDP_GRO"),
    ],
    unknown: "UDP_???",
};

const NETLINK: named::Choice = named::Choice {
    names: named![
        NETLINK_ADD_MEMBERSHIP,
        NETLINK_DROP_MEMBERSHIP,
        NETLINK_PKTINFO,
        NETLINK_BROADCAST_ERROR,
        NETLINK_NO_ENOBUFS,
        NETLINK_LISTEN_ALL_NSID,
        NETLINK_LIST_MEMBERSHIPS,
        NETLINK_CAP_ACK,
        NETLINK_EXT_ACK,
        NETLINK_GET_STRICT_CHK,
    ],
    unknown: "NETLINK_???",
};

const PACKET: named::Choice = named::Choice {
    names: &[
        (1, "PACKET_ADD_MEMBERSHIP"),
        (2, "PACKET_DROP_MEMBERSHIP"),
        (5, "PACKET_RX_RING"),
        (6, "PACKET_STATISTICS"),
        (8, "PACKET_AUXDATA"),
        (10, "PACKET_VERSION"),
        (13, "PACKET_TX_RING"),
        (18, "PACKET_FANOUT"),
        (20, "PACKET_QDISC_BYPASS"),
    ],
    unknown: "PACKET_???",
};
