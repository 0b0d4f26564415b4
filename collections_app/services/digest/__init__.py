"""The weekly digest: the figures of the week by e-mail, to each receiver within what that person may see."""
