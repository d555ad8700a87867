"""What a person's name looks like, and what only looks like one."""

import re

_PARTICLES = frozenset(
    """
    van von der den de da di del della la le bin ibn al el ten ter dos du zu zur af av y e
    """.split()
)
_TITLES = re.compile(r"^(?:dr|prof|mr|mrs|ms|mx|ing)\.?\s+", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+){0,4}\.?")
_MOST_WORDS = 5

# Capitalised words that stand in titles, teams and products, not in names. Precision before recall: a person who is not
# recognised is shown as not understood, an invented one might get a letter.
_NOT_NAMES = frozenset(
    """
    a an and the of for from in on to with without by as at or not no new all any some more other our your
    their this that these those here there it we i you they he she is are was were be been has have had will
    would should could can may might must do does did if then than so also but since while when where what
    which who why how please note see kernel linux memory page pages huge tree trees lock locks locking
    spinlock spinlocks mutex scheduler scheduling scheduled cpu gpu device devices driver drivers subsystem
    subsystems file files system systems filesystem network networking stack stacks block storage power
    management security secure boot test tests testing tool tools tooling toolchain compiler compilers build
    builds trace tracing profiling performance scalability real time realtime server servers client cloud
    embedded virtual machine machines hypervisor guest host hosts bus api apis abi user users userspace space
    core cores thread threads process processes queue queues cache caches map maps table tables hash hot
    hotplug fast slow safe safety update updates live patch patches patchset series discussion discussions
    topic topics session sessions talk talks agenda schedule outcome outcomes result results report status
    attendee attendees participant participants people folks folk team teams group groups developer developers
    maintainer maintainers engineer engineers researcher researchers community communities company companies
    vendor vendors organizer organizers lead leads microconference conference track room session
    classification primary author authors speaker speakers presenter presenters summary abstract introduction
    overview background description goal goals aim aims open source software hardware firmware university
    institute labs lab inc corp ltd llc gmbh foundation research group red hat google meta oracle intel arm
    amd nvidia ibm suse microsoft amazon facebook huawei samsung sony qualcomm linaro collabora canonical
    bootlin pengutronix igalia vmware cisco fujitsu alibaba bytedance tencent broadcom western digital texas
    instruments ti nxp monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december north south east west initial second third next
    previous last current future existing possible potential proposed support supporting improving improve
    improved improvements design implementation implementing infrastructure framework interface interfaces
    feature features problem problems issue issues work working progress plan plans planning state states
    change changes data code language rust python java library libraries package packages distribution
    distributions debian fedora ubuntu arch gentoo android chrome os desktop mobile automotive industrial
    discovery service services protocol protocols format formats model models policy policies control
    controller controllers event events message messages queueing wake up down out over under tbd tba tbc none
    nobody someone somebody anyone anybody everyone everybody several various many few both one two three four
    five deadline idle load balancing energy aware awareness thermal clock timer timers interrupt interrupts
    signal signals handling dynamic static generic common shared global local remote direct indirect large
    small big little high low level levels version versions release releases stable upstream downstream
    mainline review reviews process documentation docs wiki blog post email mail list lists link links
    reference references yes ok thanks hello hi dear regards best cheers break lunch coffee opening closing
    welcome wrap wrap-up q&a panel keynote bof workshop tutorial demo presentation slides video recording
    notes minutes full partial early late online offline hybrid virtual person contact contacts name names
    address addresses title titles transparent folio folios swap zswap slab allocator allocators reclaim
    compaction migration tiering numa node nodes zone zones bpf ebpf rcu io uring vfs ext btrfs xfs nfs tcp
    udp ip ipv wifi bluetooth usb pci pcie iommu vfio kvm qemu xen tpm efi uefi acpi dt devicetree cgroup
    cgroups namespace namespaces container containers image images base verity integrity measured
    """.split()
)
_ORG_WORDS = frozenset(
    """
    inc corp corporation ltd llc gmbh ag labs lab laboratory laboratories foundation university universität
    universite institute college school research technologies technology systems software solutions group
    networks semiconductor semiconductors electronics consulting engineering industries international
    community project consortium alliance company collective works networks hat oracle google intel arm amd
    nvidia ibm suse microsoft amazon meta facebook huawei samsung sony qualcomm linaro collabora canonical
    bootlin pengutronix igalia vmware cisco fujitsu alibaba bytedance redhat center centre department
    cooperative coop bureau observatory
    """.split()
)


def clean(text: str) -> str:
    """A name without marks, titles and doubled spaces."""
    return _TITLES.sub("", " ".join(text.split()).strip(' *_`"“”„.,;:'), count=1)


def is_name_word(word: str, *, capitals: bool = False) -> bool:
    """Whether one word could be part of a name; `capitals` allows KOGAN."""
    if not _WORD.fullmatch(word):
        return False
    bare = word.strip(".")
    if bare.upper() == bare and bare.lower() != bare and len(bare) > 1 and not capitals and not _initials(word):
        return False
    return not bare[0].islower()


def _initials(word: str) -> bool:
    return "." in word and all(len(part) <= 1 for part in word.split("."))


def as_name(text: str, *, fewest: int = 2, capitals: bool = False) -> str | None:
    """The name these words are, or None. `fewest` is how many words it must have (scripts without capitals: one)."""
    if len(text) > 120:
        return None
    name = clean(text)
    words = name.split()
    if not words or len(words) > _MOST_WORDS:
        return None
    if all(word.lower() in _PARTICLES or not is_name_word(word, capitals=capitals) for word in words):
        return None
    for position, word in enumerate(words):
        if word.lower().strip(".") in _NOT_NAMES and not (len(word.strip(".")) == 1 and word[0].isupper()):
            return None
        if not is_name_word(word, capitals=capitals) and not (word in _PARTICLES and position < len(words) - 1):
            return None
    caseless = name.upper() == name.lower()
    if len(words) < fewest and not (caseless and len(name) > 1):
        return None
    return name


def as_listed(text: str, *, capitals: bool) -> str | None:
    """The name these words are where something else says that it is one; `capitals`: they have to look like one, too."""
    name = clean(text)
    words = name.split()
    if not 0 < len(words) <= _MOST_WORDS or len(name) > 120 or not any(map(str.isalpha, name)):
        return None
    if capitals and not all(word in _PARTICLES or is_name_word(word, capitals=True) for word in words):
        return None
    return name


def is_organisation(text: str) -> bool:
    """Whether a word in it says so: Labs, University, Inc…"""
    return any(word in _ORG_WORDS for word in re.split(r"[\s,.&/]+", text.lower()[:120]))


def is_surname(text: str) -> bool:
    """Whether it is a family name in capitals, as conference systems write it: BUESO, VAN DER BERG, O'NEIL."""
    bare = text.strip()
    return (
        len(bare) > 1
        and bare.upper() == bare
        and bare.lower() != bare
        and as_name(bare, fewest=1, capitals=True) is not None
    )


def capitalised(surname: str) -> str:
    """A family name in capitals as it is written in a sentence."""
    words = [word.lower() if word.lower() in _PARTICLES else word.title() for word in surname.split()]
    return " ".join(words)
