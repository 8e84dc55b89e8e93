"""The security of accounts: signing in, sessions and their ending, locks, new passwords, the policy, retention."""
