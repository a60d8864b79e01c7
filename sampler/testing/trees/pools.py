"""Trees of processes for tests: `pools.py KIND [START_METHOD]` starts one, says `ready`, and ends by itself after a minute."""
import os
import signal
import sys
import time


def alive():
    signal.alarm(60)


def nap(seconds):
    alive()
    time.sleep(seconds)
    return os.getpid()


def tell_and_nap(sender):
    sender.send(True)
    nap(60)


def nested(seconds):
    """Has a pool of its own: daemonic workers may not, so it is started from a plain process."""
    alive()
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2, alive) as pool:
        pool.map_async(nap, [seconds] * 2)
        time.sleep(seconds)


def load_data():
    """A worker of a DataLoader: PyTorch gives it this name (torch/utils/data/_utils/worker.py)."""
    import ctypes

    ctypes.CDLL(None).prctl(15, b"pt_data_worker", 0, 0, 0)
    nap(60)


def ready():
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main():
    alive()
    kind = sys.argv[1]
    if kind == "pool":
        import multiprocessing

        context = multiprocessing.get_context(sys.argv[2])
        with context.Pool(3, alive) as pool:
            results = [pool.apply_async(nap, (0.3,)) for _ in range(9)]
            for result in results:
                result.get(30)
            ready()
            time.sleep(60)
    elif kind == "executor":
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context(sys.argv[2])) as pool:
            futures = [pool.submit(nap, 0.5) for _ in range(9)]
            for future in futures:
                future.result(30)
            ready()
            time.sleep(60)
    elif kind == "nested":
        import multiprocessing

        context = multiprocessing.get_context("fork")
        children = [context.Process(target=nested, args=(60,)) for _ in range(2)]
        for child in children:
            child.start()
        time.sleep(1)
        ready()
        time.sleep(60)
    elif kind == "loky":
        from joblib import Parallel, delayed

        Parallel(n_jobs=3)(delayed(nap)(0.3) for _ in range(9))
        ready()
        time.sleep(60)
    elif kind == "kernel":
        from jupyter_client import KernelManager

        manager = KernelManager()
        manager.start_kernel()
        ready()
        time.sleep(60)
        manager.shutdown_kernel(now=True)
    elif kind == "subprocesses":
        import subprocess

        here = os.path.abspath(__file__)
        direct = subprocess.Popen([sys.executable, here, "sleep"])
        through = subprocess.Popen(["sh", "-c", '"$0" "$1" sleep; true', sys.executable, here])
        time.sleep(1)
        ready()
        time.sleep(60)
        direct.kill()
        through.kill()
    elif kind == "orphans":
        import multiprocessing

        context = multiprocessing.get_context(sys.argv[2])
        receiver, sender = context.Pipe(duplex=False)
        children = [context.Process(target=tell_and_nap, args=(sender,)) for _ in range(2)]
        for child in children:
            child.start()
        # One that is still being set up ends with its parent.
        for _ in children:
            receiver.recv()
        ready()
        time.sleep(60)
    elif kind == "dataloader":
        import multiprocessing

        context = multiprocessing.get_context(sys.argv[2])
        children = [context.Process(target=load_data, daemon=True) for _ in range(3)]
        for child in children:
            child.start()
        time.sleep(1.5)
        ready()
        time.sleep(60)
    elif kind == "ray":
        import shutil
        import subprocess
        import tempfile

        # The raylet is a native program that starts the workers, which change their titles.
        with tempfile.TemporaryDirectory() as folder:
            raylet = os.path.join(folder, "raylet")
            shutil.copy("/bin/bash", raylet)
            start = '(exec -a "ray::IDLE" "$0" "$1" sleep) & '
            agent = '"$0" "$2" sleep & '
            dashboard = os.path.join(folder, "ray", "dashboard", "agent.py")
            os.makedirs(os.path.dirname(dashboard))
            shutil.copy(os.path.abspath(__file__), dashboard)
            here = os.path.abspath(__file__)
            child = subprocess.Popen([raylet, "-c", start * 2 + agent + "wait", sys.executable, here, dashboard])
            time.sleep(1.5)
            ready()
            time.sleep(60)
            child.kill()
    elif kind == "sleep":
        time.sleep(60)


def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


async def asgi(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"ok"})


if __name__ == "__main__":
    main()
