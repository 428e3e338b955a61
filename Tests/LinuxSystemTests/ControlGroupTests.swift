import LinuxSystem
import Testing

/// Where a process stands in the hierarchies of control groups, from what the kernel says of it.
struct ControlGroupTests {
    @Test func `a service of systemd stands in the hierarchy of version 2`() {
        let places = ControlGroupPlaces(
            groups: "0::/system.slice/sluice.service\n",
            mounts: "29 22 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n")

        #expect(places.unified?.folder == "/sys/fs/cgroup/system.slice/sluice.service")
        #expect(places.memory == nil)
        #expect(places.processes == nil)
    }

    @Test func `a container sees its own part alone`() {
        let places = ControlGroupPlaces(
            groups: "0::/\n",
            mounts: "29 22 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n")

        #expect(places.unified?.folder == "/sys/fs/cgroup")
    }

    @Test func `controllers of version 1 have hierarchies of their own`() {
        let places = ControlGroupPlaces(
            groups: "8:pids:/\n4:cpu,memory:/docker/abc\n0::/\n",
            mounts: """
                35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpu,memory
                39 31 0:36 / /sys/fs/cgroup/pids rw shared:3 master:2 - cgroup cgroup rw,pids
                """)

        #expect(places.memory?.folder == "/sys/fs/cgroup/memory")
        #expect(places.processes?.folder == "/sys/fs/cgroup/pids")
        #expect(places.unified == nil)
    }

    @Test func `what stands outside of what is mounted cannot be used`() {
        let places = ControlGroupPlaces(
            groups: "4:memory:/other\n",
            mounts: "35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n")

        #expect(places.memory == nil)
    }

    @Test(arguments: ["", "\n", "a:b\n", "0:\n", "4:memory\n"])
    func `what cannot be read gives no place`(groups: String) {
        let places = ControlGroupPlaces(groups: groups, mounts: "x - cgroup\n1 2 - \n")

        #expect(places == ControlGroupPlaces(groups: "", mounts: ""))
    }
}
