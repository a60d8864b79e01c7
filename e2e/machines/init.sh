#!/usr/bin/busybox sh
# First program of a small machine: runs Gilscope where its rights and control groups are what a test can't make them here.
# Each part begins with a line `== NAME`; the last line is `== done`.
export PATH=/usr/bin:/commands HOME=/ TERM=dumb GILSCOPE_TARGET_SECONDS=60
/usr/bin/busybox mkdir -p /commands
/usr/bin/busybox --install -s /commands
mkdir -p /proc /sys /dev /tmp /root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm
mount -t tmpfs shm /dev/shm
mount -t cgroup2 groups /sys/fs/cgroup
chmod 666 /dev/null /dev/urandom
chmod 1777 /tmp
ip link set lo up
printf 'root:x:0:0:root:/:/commands/sh\nuser:x:1000:1000:user:/tmp:/commands/sh\n' > /etc/passwd

gilscope() { node /gilscope/cli.cjs "$@"; echo "exit $?"; }
# Starts a program of four computing threads, whose pid is $! then; it ends by itself.
compute() { "$@" /targets/gil_four_threads.py > /dev/null & sleep 3; }

# The firmware leaves its escape sequences on the first line.
echo
for python in /usr/bin/python3.??; do
  echo "== $(basename $python)"
  compute $python
  gilscope diagnose $! --seconds 8
  kill $!
done

python=$(ls /usr/bin/python3.?? | tail -n 1)
echo "== quota"
echo +cpu > /sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/capped
echo "60000 100000" > /sys/fs/cgroup/capped/cpu.max
compute sh -c 'echo $$ > /sys/fs/cgroup/capped/cgroup.procs; exec "$@"' sh $python
gilscope diagnose $! --seconds 8
kill $!

cat > /tmp/as-user.sh << 'SCRIPT'
gilscope() { node /gilscope/cli.cjs "$@"; echo "exit $?"; }
$python /targets/gil_four_threads.py > /dev/null &
sleep 3
echo "== yama stranger"
gilscope diagnose $! --seconds 8
kill $!
echo "== yama own child"
export GILSCOPE_TARGET_SECONDS=14
gilscope diagnose --seconds 8 -- $python /targets/gil_four_threads.py
SCRIPT
echo 1 > /proc/sys/kernel/yama/ptrace_scope
python=$python su user -p -c "sh /tmp/as-user.sh" 2>&1

echo "== hidden"
compute $python
mount -o remount,hidepid=2 /proc
su user -p -c "node /gilscope/cli.cjs list; node /gilscope/cli.cjs diagnose $!" 2>&1
echo "== done"
poweroff -f
