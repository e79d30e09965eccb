"""Official results for one machine: pages and feeds shaped as lotteries’ real ones, and what goes wrong there."""
