"""One suite for every maker of the ports of complaint tickets."""
